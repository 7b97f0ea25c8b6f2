//! Finishes every answer: problems get their body, and nothing is kept by caches that serve more than one person.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use super::{problem::Problem, request::Language, trace::TraceId};
use crate::ports::clock::Clock;

/// The layer.
pub(super) async fn respond(State(clock): State<Arc<dyn Clock>>, request: Request, next: Next) -> Response {
    let Language(locale) = Language::of(request.headers());
    let trace_id = request.extensions().get::<TraceId>().map(|id| id.0.clone()).unwrap_or_default();
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let document = problem.document(locale, &trace_id);
        // Texts and numbers only: writing cannot fail, and an empty body would still carry the status.
        *response.body_mut() = Body::from(serde_json::to_vec(&document).unwrap_or_default());
        let headers = response.headers_mut();
        if let Some(seconds) = problem.retry_after(clock.now()) {
            headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from(seconds));
        }
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag()));
    }
    for (name, value) in FIELDS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// On every answer that does not say otherwise.
const FIELDS: [(HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "private, no-cache"),
    (header::VARY, "Authorization, Accept-Language"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];
