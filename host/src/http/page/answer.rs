//! A file of the page as an answer: encoded as the caller accepts, or not at all when the caller has it.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

use super::{
    encoding::Encoding,
    files::{Files, Found},
};
use crate::http::{
    etag,
    problem::{Cause, Problem},
};

/// The named file with these header fields and this `Cache-Control`, else `not-found`.
pub(super) fn file(
    name: &str,
    headers: &HeaderMap,
    cached: &'static str,
    fields: &[(HeaderName, HeaderValue)],
) -> Result<Response, Problem> {
    let Some(Found { file, encoding, media_type }) = Files::find(name, &Encoding::accepted(headers)) else {
        return Err(Problem::of(Cause::NotFound));
    };
    let tag = tag(&file.metadata.sha256_hash(), encoding);
    let mut response = etag::tagged(headers, &tag, || {
        let mut response = Response::new(Body::from(file.data));
        let described = response.headers_mut();
        described.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        if encoding != Encoding::Identity {
            described.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.coding()));
        }
        response
    });
    // Also on a 304: the stored answer takes them over.
    let described = response.headers_mut();
    described.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    described.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    described.extend(fields.iter().cloned());
    Ok(response)
}

/// The tag of a file in an encoding: other bytes, another tag.
fn tag(sha256: &[u8; 32], encoding: Encoding) -> String {
    let digest: String = sha256.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digest}-{}\"", encoding.coding())
}
