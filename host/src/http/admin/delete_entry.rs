//! `DELETE /api/admin/{kind}/{id}`: no such entry any more, and what follows from that.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete},
};

use super::{closing_answer, preconditions::Preconditions};
use crate::{
    directory::{Actor, Deleted, Directory, Kind, Precondition},
    http::{
        Http,
        authentication::{Needed, Service},
        problem::Problem,
        request::PathId,
    },
};

/// Deletes an entry, for services with the scope `N`.
pub(super) fn handler<N: Needed>(kind: Kind) -> MethodRouter<Http> {
    delete(
        move |State(directory): State<Directory>,
              service: Service<N>,
              PathId(id): PathId,
              Preconditions(precondition): Preconditions,
              uri: Uri| async move {
            answer(&directory, &service.actor, (kind, &id), &precondition, uri.path()).await
        },
    )
}

async fn answer(
    directory: &Directory,
    actor: &Actor,
    (kind, id): (Kind, &str),
    precondition: &Precondition,
    path: &str,
) -> Result<Response, Problem> {
    if directory.delete(actor, kind, id, precondition).await? == Deleted::Gone {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    // It may be gone by now.
    let Some(closing) = directory.closing(id).await? else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let mut response = closing_answer::answer(StatusCode::ACCEPTED, closing);
    let location = HeaderValue::from_str(&format!("{path}/closing")).ok().map(|path| (header::LOCATION, path));
    response.headers_mut().extend(location);
    Ok(response)
}
