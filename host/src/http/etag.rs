//! Entity tags (RFC 9110, 8.8.3): an answer that the caller has already is not sent again.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest as _, Sha256};

/// The tag of what these parts say, compared weakly: two answers with the same tag mean the same.
pub(super) fn weak(parts: &[&str]) -> String {
    format!("W/\"{}\"", digest(parts))
}

/// What stands between the quotation marks of a tag of these parts.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The answer under its tag; 304 without a body when the caller has it.
pub(super) fn tagged(request: &HeaderMap, tag: &str, answer: impl FnOnce() -> Response) -> Response {
    let mut response = if is_held(request, tag) { StatusCode::NOT_MODIFIED.into_response() } else { answer() };
    set(&mut response, header::ETAG, tag);
    response
}

/// Sets a header field. A value of other than visible ASCII characters, which none of ours is, is left out.
pub(super) fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Whether `If-None-Match` names the tag; weak and strong ones are compared alike.
fn is_held(request: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|held| held.trim() == "*" || opaque(held) == opaque(tag))
}
