//! The language the caller reads.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use core_wasm::texts::Locale;

/// The language of sentences in the answer, by `Accept-Language`.
#[derive(Clone, Copy, Debug)]
pub struct Language(pub Locale);

impl Language {
    /// By the header fields of a request.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        Self(Locale::negotiate(headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok())))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}
