//! Requests and answers as they are carried: whole, and without what belongs to one connection only.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};

use crate::fault::Page;

/// Headers that belong to a connection and not to the message. The length is written anew with the body.
const OF_THE_CONNECTION: [header::HeaderName; 8] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// A request that came in whole.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) method: Method,
    /// With the query.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Takes the connection's own headers away.
pub(crate) fn of_the_message(mut headers: HeaderMap) -> HeaderMap {
    for name in &OF_THE_CONNECTION {
        headers.remove(name);
    }
    headers
}

impl Answer {
    /// An answer of the proxy's own.
    pub(crate) fn page(status: u16, page: Page) -> Self {
        let (content_type, body) = match page {
            Page::Html => (
                "text/html",
                format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n"),
            ),
            Page::Json => (
                "application/json",
                format!(r#"{{"error":{{"type":"api_error","message":"The fault proxy answers {status}."}}}}"#),
            ),
            Page::Empty => ("text/plain", String::new()),
        };
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, headers, body: Bytes::from(body) }
    }
}
