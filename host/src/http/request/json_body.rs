//! The JSON body of a request: at most 1 MB, one value, every field checked.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use serde_json::Value;

use super::{
    FaultKind, FieldFault, Fields, FromFields, JsonFault, Place, canonical::fingerprint, parse_json, read_body,
};
use crate::http::problem::{Cause, Problem};

/// Most bytes of a body.
pub const BODY_LIMIT: usize = 1_000_000;

/// A body that was read.
#[derive(Clone, Debug)]
pub struct JsonBody<T> {
    /// What it says.
    pub value: T,
    /// SHA-256 of its canonical JSON, hexadecimal.
    pub fingerprint: String,
}

/// A body of whatever JSON value, to be judged by others.
#[derive(Clone, Debug)]
pub struct JsonDocument(pub Value);

/// Reads a body.
///
/// # Errors
/// `malformed-json` (400) or `invalid-field` (422).
pub fn parse_body<T: FromFields>(body: &[u8]) -> Result<JsonBody<T>, Problem> {
    let document = parse_document(body)?;
    let value = T::read(&Fields::new(&document, Place::Body, T::NAMES)?)?;
    Ok(JsonBody { value, fingerprint: fingerprint(&document) })
}

fn parse_document(body: &[u8]) -> Result<Value, Problem> {
    parse_json(body).map_err(|fault| match fault {
        JsonFault::Malformed { line, column } => Problem::of(Cause::MalformedJson { line, column }),
        JsonFault::Duplicate { pointer } => {
            Problem::from(FieldFault { place: Place::Body, pointer, kind: FaultKind::Duplicate })
        }
    })
}

impl<S: Send + Sync, T: FromFields> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        parse_body(&json_of(request).await?)
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonDocument {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        parse_document(&json_of(request).await?).map(Self)
    }
}

/// The body of a request that says it is JSON.
async fn json_of(request: Request) -> Result<Bytes, Problem> {
    let (parts, body) = request.into_parts();
    let is_json = is_json(&parts.headers);
    let body = read_body(body, BODY_LIMIT).await?;
    if is_json { Ok(body) } else { Err(Problem::of(Cause::UnsupportedMediaType)) }
}

/// Whether the body says it is JSON. One that says nothing is taken at its word.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(media_type) = headers.get(header::CONTENT_TYPE) else { return true };
    let Ok(media_type) = media_type.to_str() else { return false };
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}
