//! The extractors: a handler that names a [`Caller`], or an [`Authenticated`] one, is reached by authenticated users only.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderValue, header, request::Parts},
};

use super::{Authenticated, AuthenticationError, Authenticator};
use crate::{
    activation::Caller,
    http::{
        guard,
        problem::{Cause, Problem},
    },
    ports::store::audit::Origin,
};

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Arc<Authenticator>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Authenticated::from_request_parts(parts, state).await.map(|authenticated| authenticated.caller)
    }
}

impl<S> FromRequestParts<S> for Authenticated
where
    S: Send + Sync,
    Arc<Authenticator>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let authenticator: Arc<Authenticator> = FromRef::from_ref(state);
        let mut authenticated =
            authenticator.authenticate_request(&parts.method, &parts.headers).await.map_err(|error| {
                tracing::info!(why = %error, "not authenticated");
                Problem::from(error)
            })?;
        let Origin { address, trace_id } = guard::origin(&parts.extensions);
        authenticated.caller.trace_id = trace_id.unwrap_or_default();
        authenticated.caller.address = address;
        Ok(authenticated)
    }
}

impl From<AuthenticationError> for Problem {
    fn from(error: AuthenticationError) -> Self {
        // RFC 6750, section 3: a request without a token is not told that one is invalid.
        let challenge = match error {
            AuthenticationError::NoToken => "Bearer realm=\"turnpike\"",
            AuthenticationError::Rejected(_) => "Bearer realm=\"turnpike\", error=\"invalid_token\"",
            AuthenticationError::CrossSite(_) => return Self::of(Cause::CrossSiteRequest),
            AuthenticationError::KeysUnavailable => return Self::of(Cause::ServiceUnavailable),
        };
        Self::of(Cause::Unauthorized).with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }
}
