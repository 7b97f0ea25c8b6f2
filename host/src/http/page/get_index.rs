//! `GET /`: the store page.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};

use super::{Page, answer};
use crate::http::problem::Problem;

/// Where it is.
pub(in crate::http) const PATH: &str = "/";

/// The page's document, which names its other files by what is in them.
#[utoipa::path(
    get,
    path = "/",
    operation_id = "get_index",
    responses(
        (status = 200, description = "The store page", body = String, content_type = "text/html"),
        (status = 304, description = "As in `If-None-Match`"),
    )
)]
pub(in crate::http) async fn handler(State(page): State<Arc<Page>>, headers: HeaderMap) -> Result<Response, Problem> {
    answer::file("index.html", &headers, "no-cache", &page.fields)
}
