//! `PATCH /api/admin/{kind}/{id}`: some fields of one entry (RFC 7396).

use axum::{
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, patch},
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

/// Changes an entry, for services with the scope `N`.
pub(super) fn handler<N: Needed>(kind: Kind) -> MethodRouter<Http> {
    patch(
        move |State(directory): State<Directory>,
              service: Service<N>,
              PathId(id): PathId,
              Preconditions(precondition): Preconditions,
              JsonDocument(body): JsonDocument| async move {
            answer(&directory, &service.actor, (kind, &id), &precondition, body).await
        },
    )
}

async fn answer(
    directory: &Directory,
    actor: &Actor,
    entry: (Kind, &str),
    precondition: &Precondition,
    body: Value,
) -> Result<Response, Problem> {
    let put = directory.put(actor, entry, &Wish::Patch(body), precondition).await?;
    Ok(entry_answer::answer(StatusCode::OK, &put.entry)?)
}
