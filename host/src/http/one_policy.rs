//! One policy per request: taken before anything is decided, and named in the answer.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderName, HeaderValue, request::Parts},
    middleware::Next,
    response::Response,
};

use super::Http;
use crate::activation::{Desk, Desks};

/// SHA-256 of the module that decided.
pub(super) const FIELD: HeaderName = HeaderName::from_static("x-policy-digest");

/// Answers that do not depend on what decides: modules are kept for ever under their own digests.
const MODULES: &str = "/api/store/policy/";

/// The layer: whatever is swapped meanwhile, the request is decided by what decided when it came.
pub(super) async fn one_policy(State(desks): State<Desks>, mut request: Request, next: Next) -> Response {
    let desk = desks.for_request();
    let path = request.uri().path();
    let digest = (path.starts_with("/api/store/") && !path.starts_with(MODULES))
        .then(|| HeaderValue::from_str(desk.policy_digest()).ok())
        .flatten();
    request.extensions_mut().insert(desk);
    let mut response = next.run(request).await;
    if let Some(digest) = digest {
        response.headers_mut().insert(FIELD, digest);
    }
    response
}

impl FromRequestParts<Http> for Desk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, http: &Http) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| http.desks.for_request()))
    }
}
