//! A resource as it is answered: JSON of SCIM's media type under its entity tag.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::MEDIA_TYPE;
use crate::{
    http::etag,
    scim::{Projection, Resource},
};

/// JSON of SCIM's media type.
pub(super) fn json(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))], value.to_string()).into_response()
}

/// What was asked for of a resource, with its tag and its place.
pub(super) fn answer(status: StatusCode, resource: Resource, projection: &Projection) -> Response {
    let mut response = json(status, &projection.of(resource.value));
    etag::set(&mut response, header::ETAG, &resource.version);
    etag::set(&mut response, header::LOCATION, &resource.location);
    response
}
