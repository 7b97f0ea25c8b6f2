//! `PUT /api/admin/{kind}/{id}`: one entry, new or in place of what is there.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::Response,
    routing::{MethodRouter, put},
};
use serde_json::Value;

use super::{entry_answer, preconditions::Preconditions};
use crate::{
    directory::{Actor, Directory, Kind, Precondition, Wish},
    http::{
        Http,
        authentication::{Needed, Service},
        problem::Problem,
        request::{JsonDocument, PathId},
    },
};

/// Writes an entry, for services with the scope `N`.
pub(super) fn handler<N: Needed>(kind: Kind) -> MethodRouter<Http> {
    put(
        move |State(directory): State<Directory>,
              service: Service<N>,
              PathId(id): PathId,
              Preconditions(precondition): Preconditions,
              uri: Uri,
              JsonDocument(body): JsonDocument| async move {
            answer(&directory, &service.actor, (kind, &id), &precondition, uri.path(), body).await
        },
    )
}

async fn answer(
    directory: &Directory,
    actor: &Actor,
    entry: (Kind, &str),
    precondition: &Precondition,
    path: &str,
    body: Value,
) -> Result<Response, Problem> {
    let put = directory.put(actor, entry, &Wish::Whole(body), precondition).await?;
    if !put.created {
        return Ok(entry_answer::answer(StatusCode::OK, &put.entry)?);
    }
    let mut response = entry_answer::answer(StatusCode::CREATED, &put.entry)?;
    let location = HeaderValue::from_str(path).ok().map(|path| (header::LOCATION, path));
    response.headers_mut().extend(location);
    Ok(response)
}
