//! An entry as it is answered: its JSON under a strong entity tag, which is the digest of that text.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    directory::{DirectoryError, Entry},
    http::etag,
};

/// The tag of an entry.
pub(super) fn tag(entry: &Entry) -> Result<String, DirectoryError> {
    Ok(format!("\"{}\"", entry.digest()?))
}

/// The entry under its tag.
pub(super) fn answer(status: StatusCode, entry: &Entry) -> Result<Response, DirectoryError> {
    let mut response = (status, [(header::CONTENT_TYPE, JSON)], entry.text()?).into_response();
    etag::set(&mut response, header::ETAG, &tag(entry)?);
    Ok(response)
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
