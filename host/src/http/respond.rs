//! Finishes every answer: problems get their body, nothing is kept by caches that serve more than one person, and no
//! answer is taken for a document that may do something.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use super::{
    problem::Problem,
    request::Language,
    scim::{self, ScimProblem},
    trace::TraceId,
};
use crate::{config::browser::BrowserConfig, ports::clock::Clock};

/// What the layer needs.
#[derive(Clone)]
pub(super) struct Finish {
    clock: Arc<dyn Clock>,
    /// By what callers' answers differ.
    vary: &'static str,
}

impl Finish {
    pub(super) fn new(clock: Arc<dyn Clock>, browser: &BrowserConfig) -> Self {
        let vary = match browser.session_cookie {
            Some(_) => "Authorization, Cookie, Accept-Language",
            None => "Authorization, Accept-Language",
        };
        Self { clock, vary }
    }
}

/// The layer.
pub(super) async fn respond(State(finish): State<Finish>, request: Request, next: Next) -> Response {
    let Language(locale) = Language::of(request.headers());
    let trace_id = request.extensions().get::<TraceId>().map(|id| id.0.clone()).unwrap_or_default();
    let is_scim = request.uri().path().starts_with(scim::FOLDER);
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        // Texts and numbers only: writing cannot fail, and an empty body would still carry the status.
        let (body, media_type) = if is_scim {
            let (status, document) = ScimProblem::of(&problem, problem.detail(locale));
            *response.status_mut() = status;
            (serde_json::to_vec(&document), "application/scim+json")
        } else {
            (serde_json::to_vec(&problem.document(locale, &trace_id)), "application/problem+json")
        };
        *response.body_mut() = Body::from(body.unwrap_or_default());
        let headers = response.headers_mut();
        if let Some(seconds) = problem.retry_after(finish.clock.now()) {
            headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from(seconds));
        }
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag()));
    }
    for (name, value) in FIELDS.into_iter().chain([(header::VARY, finish.vary)]) {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// On every answer that does not say otherwise. Opened as a document it loads, runs and sends nothing, nobody frames it,
/// and a page of another origin gets at it by CORS only.
const FIELDS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "private, no-cache"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];
