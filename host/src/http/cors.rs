//! Which pages of other origins may call: those of a list, never all.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowCredentials, AllowOrigin, CorsLayer};

use crate::config::browser::BrowserConfig;

/// What pages may send.
const SENT: [HeaderName; 8] = [
    header::ACCEPT_LANGUAGE,
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static("x-turnpike"),
];

/// What pages may read besides what they always may.
const READ: [HeaderName; 8] = [
    header::ETAG,
    header::LOCATION,
    header::RETRY_AFTER,
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    super::one_policy::FIELD,
    HeaderName::from_static("x-trace-id"),
    super::decision_header::DECISION,
];

/// For how long a browser need not ask again: what Chromium remembers at most.
const REMEMBERED: Duration = Duration::from_secs(2 * 60 * 60);

/// The layer; none where no origin is listed, so that nothing is said about origins at all. Cookies go along only for
/// origins that may use the session.
pub(super) fn layer(config: &BrowserConfig) -> Option<CorsLayer> {
    if config.cors_origins.is_empty() {
        return None;
    }
    // Origins are letters, digits and the signs of an address.
    let listed = config.cors_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let trusted = config.session_origins.clone();
    Some(
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(listed))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
            .allow_headers(SENT)
            .expose_headers(READ)
            .allow_credentials(AllowCredentials::predicate(move |origin: &HeaderValue, _: &_| {
                trusted.iter().any(|trusted| trusted.as_bytes() == origin.as_bytes())
            }))
            .max_age(REMEMBERED),
    )
}
