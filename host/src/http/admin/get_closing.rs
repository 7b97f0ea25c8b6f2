//! `GET /api/admin/mandates/{id}/closing`: what the deletion of a mandate waits for.

use axum::{
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get},
};

use super::closing_answer;
use crate::{
    directory::Directory,
    http::{
        Http,
        authentication::{Needed, Service},
        problem::{Cause, Problem},
        request::PathId,
    },
};

/// Its path.
pub(super) const PATH: &str = "/api/admin/mandates/{id}/closing";

/// Shows how far a deletion is, for services with the scope `N`.
pub(super) fn handler<N: Needed>() -> MethodRouter<Http> {
    get(move |State(directory): State<Directory>, _: Service<N>, PathId(id): PathId| async move {
        answer(&directory, &id).await
    })
}

async fn answer(directory: &Directory, id: &str) -> Result<Response, Problem> {
    let closing = directory.closing(id).await?.ok_or_else(|| Problem::of(Cause::NotFound))?;
    Ok(closing_answer::answer(StatusCode::OK, closing))
}
