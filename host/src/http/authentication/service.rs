//! The extractor of the machine API: a handler that names a [`Service`] is reached by services only whose token has the
//! scope, and not more often than they may ask.

use std::{marker::PhantomData, sync::Arc};

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    AuthenticationError::{self, Rejected},
    bearer,
    claims::{Expected, Standard},
    keys::Keys,
    scope::{Needed, Scope},
    signature,
};
use crate::{
    config::{
        ConfigError,
        auth::AuthConfig,
        services::{ServiceKeys, ServiceTokens},
    },
    directory::Actor,
    http::{
        guard,
        limits::Limits,
        problem::{Cause, Problem},
        request::check_id,
    },
    ports::clock::Clock,
};

/// Turns service tokens into services.
pub struct Services {
    keys: Vec<Keys>,
    expected: Expected,
    clock: Arc<dyn Clock>,
}

/// A service, by its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorized {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// A service that may do what `S` says.
#[derive(Clone, Debug)]
pub struct Service<S> {
    /// Who it is, for the audit trail.
    pub actor: Actor,
    scope: PhantomData<S>,
}

#[derive(Clone, Deserialize)]
struct ServiceClaims {
    sub: String,
    exp: f64,
    nbf: Option<f64>,
    #[serde(default)]
    iss: Value,
    #[serde(default)]
    aud: Value,
    #[serde(default)]
    scope: Value,
}

impl Services {
    /// By configuration. A key set is fetched when the first token asks for it.
    ///
    /// # Errors
    /// When the key set cannot be asked for at all.
    pub fn new(tokens: &ServiceTokens, users: &AuthConfig, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let keys = match &tokens.keys {
            ServiceKeys::Secrets(secrets) => secrets.iter().map(Keys::of_secret).collect(),
            ServiceKeys::Jwks(url) => vec![Keys::of_url(url.clone(), clock.clone())?],
        };
        let expected = Expected {
            issuer: Some(tokens.issuer.clone()),
            audience: Some(tokens.audience.clone()),
            stranger: users.audience.clone(),
            leeway: users.leeway.as_secs_f64() * 1000.0,
        };
        Ok(Self { keys, expected, clock })
    }

    /// The service whose token the header fields of a request carry. There is no cookie that does instead.
    ///
    /// # Errors
    /// [`AuthenticationError`].
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Authorized, AuthenticationError> {
        let claims: ServiceClaims = signature::claims(&self.keys, bearer::token(headers)?).await?;
        let standard = Standard { exp: claims.exp, nbf: claims.nbf, iss: &claims.iss, aud: &claims.aud };
        self.expected.hold(&standard, self.clock.now()).map_err(Rejected)?;
        if check_id(&claims.sub).is_err() {
            return Err(Rejected("the subject of the token is no name of a service"));
        }
        let scopes = claims.scope.as_str().map(Scope::of_claim).unwrap_or_default();
        Ok(Authorized { name: claims.sub, scopes })
    }
}

impl<S, N> FromRequestParts<S> for Service<N>
where
    S: Send + Sync,
    N: Needed,
    Option<Arc<Services>>: FromRef<S>,
    Arc<Limits>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let services: Option<Arc<Services>> = FromRef::from_ref(state);
        let services = services.ok_or_else(|| Problem::of(Cause::NotFound))?;
        let Authorized { name, scopes } = services.authenticate(&parts.headers).await.map_err(|error| {
            tracing::info!(why = %error, "no service");
            Problem::from(error)
        })?;
        let limits: Arc<Limits> = FromRef::from_ref(state);
        limits.admit_service(&name, N::SCOPE)?;
        if !scopes.contains(&N::SCOPE) {
            return Err(insufficient(N::SCOPE));
        }
        Ok(Self { actor: Actor::service(name, guard::origin(&parts.extensions)), scope: PhantomData })
    }
}

/// RFC 6750, section 3.1: the scope that is needed is named.
fn insufficient(scope: Scope) -> Problem {
    let problem = Problem::of(Cause::InsufficientScope { scope: scope.as_str() });
    let challenge = format!("Bearer realm=\"turnpike\", error=\"insufficient_scope\", scope=\"{}\"", scope.as_str());
    match HeaderValue::from_str(&challenge) {
        Ok(challenge) => problem.with_header(header::WWW_AUTHENTICATE, challenge),
        Err(_) => problem,
    }
}
