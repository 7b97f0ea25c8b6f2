//! `GET /assets/{file}`: scripts, styles and texts of the page, whose names change with what is in them.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};

use super::{Page, answer};
use crate::http::{
    problem::{Problem, ProblemDocument},
    request::PathId,
};

/// What the paths of all files begin with.
pub(in crate::http) const FOLDER: &str = "/assets/";

/// A file of the page.
#[utoipa::path(
    get,
    path = "/assets/{file}",
    operation_id = "get_asset",
    params(("file" = String, Path, description = "As the page's document names it")),
    responses(
        (status = 200, description = "The file, for ever", body = String, content_type = "text/javascript"),
        (status = 304, description = "As in `If-None-Match`"),
        (status = 404, description = "`not-found`", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn handler(
    State(page): State<Arc<Page>>,
    PathId(file): PathId,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // With the fields of the page: a script that runs as a worker has its own policy.
    answer::file(&format!("assets/{file}"), &headers, "public, max-age=31536000, immutable", &page.fields)
}
