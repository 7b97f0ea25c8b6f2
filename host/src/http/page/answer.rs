//! A file of the page as an answer: encoded as the caller accepts, or not at all when the caller has it.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    encoding::Encoding,
    etag,
    files::{Files, Found},
};
use crate::http::problem::{Cause, Problem};

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
    let tag = etag::of(&file.metadata.sha256_hash(), encoding.coding());
    let mut response = if etag::is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(file.data));
        let described = response.headers_mut();
        described.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        if encoding != Encoding::Identity {
            described.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.coding()));
        }
        response
    };
    let described = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        described.insert(header::ETAG, tag);
    }
    described.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    described.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    described.extend(fields.iter().cloned());
    Ok(response)
}
