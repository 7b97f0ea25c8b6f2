//! The `Idempotency-Key` header: bare or as a quoted string (RFC 8941), 1–255 visible characters.

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::{HeaderMap, Method, request::Parts},
};

use serde_json::json;

use super::{FaultKind, FieldFault, Place, canonical};
use crate::{http::problem::Problem, ports::store::snapshot::RequestKey};

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// The key of a request with the path it counts for, if the caller sent one.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(Option<(String, String)>);

impl IdempotencyKey {
    /// The key for a method and a body with this fingerprint, about what the path names: that counts as part of the body.
    #[must_use]
    pub fn of_resource(self, method: &Method, id: &str, fingerprint: &str) -> Option<RequestKey> {
        self.of_body(canonical::fingerprint(&json!([method.as_str(), id, fingerprint])))
    }

    /// The key for a body with this fingerprint.
    #[must_use]
    pub fn of_body(self, fingerprint: String) -> Option<RequestKey> {
        self.0.map(|(path, key)| RequestKey { path, key, fingerprint })
    }
}

/// Reads the header field, unquoted; `None` when it is not there.
///
/// # Errors
/// When it is there twice, empty, too long or holds anything but visible ASCII characters.
pub fn parse_key(headers: &HeaderMap) -> Result<Option<String>, FieldFault> {
    let fault = |kind| FieldFault::new(Place::Header, "Idempotency-Key", kind);
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(fault(FaultKind::Duplicate));
    }
    let text = value.to_str().map_err(|_| fault(FaultKind::NotVisible))?.trim();
    let key = match text.strip_prefix('"') {
        Some(rest) => unquote(rest).ok_or_else(|| fault(FaultKind::NotVisible))?,
        None => text.to_owned(),
    };
    if key.is_empty() || key.len() > LONGEST {
        return Err(fault(FaultKind::Length { min: 1, max: LONGEST }));
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(fault(FaultKind::NotVisible));
    }
    Ok(Some(key))
}

/// The inside of a quoted string after its first quote; `None` when it does not end with the closing one.
fn unquote(rest: &str) -> Option<String> {
    let mut key = String::new();
    let mut letters = rest.chars();
    loop {
        match letters.next()? {
            '"' => return letters.next().is_none().then_some(key),
            '\\' => key.push(letters.next().filter(|letter| matches!(letter, '"' | '\\'))?),
            letter => key.push(letter),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let path = parts.extensions.get::<MatchedPath>().map_or(parts.uri.path(), MatchedPath::as_str);
        Ok(Self(parse_key(&parts.headers)?.map(|key| (path.to_owned(), key))))
    }
}
