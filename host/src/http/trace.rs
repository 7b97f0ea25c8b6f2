//! Gives every request its trace id and writes one line about it: method, matched route, status, duration. Never paths,
//! query strings, names, bodies or tokens.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use crate::ports::{clock::Clock, ids::Ids};

/// The header field that every answer carries the trace id in.
const HEADER: HeaderName = HeaderName::from_static("x-trace-id");

/// The id under which a request is found in the log: 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceId(pub String);

/// What the layer needs.
#[derive(Clone)]
pub(super) struct Tracer {
    pub(super) ids: Arc<dyn Ids>,
    pub(super) clock: Arc<dyn Clock>,
}

/// The layer.
pub(super) async fn trace(State(tracer): State<Tracer>, mut request: Request, next: Next) -> Response {
    let trace_id = from_traceparent(request.headers()).unwrap_or_else(|| fresh(tracer.ids.as_ref()));
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    request.extensions_mut().insert(TraceId(trace_id.clone()));

    let span = tracing::info_span!("http", trace_id);
    let start = tracer.clock.now();
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        response.headers_mut().insert(HEADER, value);
    }
    let duration_ms = tracer.clock.now().saturating_sub(start);
    span.in_scope(|| tracing::info!(method, route, status = response.status().as_u16(), duration_ms, "request"));
    response
}

/// A caller can make up methods, and would write into the log with them.
fn known(method: &Method) -> &'static str {
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
        .iter()
        .zip(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        .find_map(|(known, name)| (known == method).then_some(name))
        .unwrap_or("other")
}

/// The trace id of a valid `traceparent` (W3C Trace Context): `00-{32 hex}-{16 hex}-{2 hex}`.
#[must_use]
pub fn from_traceparent(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all("traceparent").iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let mut parts = value.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_zero = |part: &str| part.bytes().all(|digit| digit == b'0');
    let valid = is_hex(version, 2)
        && version != "ff"
        && (version != "00" || parts.next().is_none())
        && is_hex(trace, 32)
        && !is_zero(trace)
        && is_hex(parent, 16)
        && !is_zero(parent)
        && is_hex(flags, 2);
    valid.then(|| trace.to_owned())
}

/// A new id in the form that a `traceparent` has.
fn fresh(ids: &dyn Ids) -> String {
    ids.next().replace('-', "")
}
