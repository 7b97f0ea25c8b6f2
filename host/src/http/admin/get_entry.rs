//! `GET /api/admin/{kind}/{id}`: one entry.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{MethodRouter, get},
};

use super::entry_answer;
use crate::{
    directory::{Directory, Kind},
    http::{
        Http,
        authentication::{Needed, Service},
        etag,
        problem::{Cause, Problem},
        request::PathId,
    },
};

/// Shows an entry, for services with the scope `N`.
pub(super) fn handler<N: Needed>(kind: Kind) -> MethodRouter<Http> {
    get(move |State(directory): State<Directory>, _: Service<N>, PathId(id): PathId, headers: HeaderMap| async move {
        answer(&directory, kind, &id, &headers).await
    })
}

async fn answer(directory: &Directory, kind: Kind, id: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let entry = directory.entry(kind, id).await?.ok_or_else(|| Problem::of(Cause::NotFound))?;
    let response = entry_answer::answer(StatusCode::OK, &entry)?;
    Ok(etag::tagged(headers, &entry_answer::tag(&entry)?, || response))
}
