//! `DELETE /scim/v2/{kind}/{id}`: no such resource any more, and what follows from that.

use axum::{
    extract::State,
    http::StatusCode,
    routing::{MethodRouter, delete},
};

use crate::{
    directory::{Actor, Precondition},
    http::{
        Http,
        admin::Preconditions,
        authentication::{self, Service},
        problem::Problem,
        request::PathId,
    },
    scim::{ResourceKind, Scim},
};

/// Deletes a resource.
pub(super) fn handler(kind: ResourceKind) -> MethodRouter<Http> {
    delete(
        move |State(scim): State<Scim>,
              service: Service<authentication::Scim>,
              PathId(id): PathId,
              Preconditions(precondition): Preconditions| async move {
            answer(&scim, &service.actor, (kind, &id), &precondition).await
        },
    )
}

async fn answer(
    scim: &Scim,
    actor: &Actor,
    (kind, id): (ResourceKind, &str),
    precondition: &Precondition,
) -> Result<StatusCode, Problem> {
    match kind {
        ResourceKind::Users => scim.delete_user(actor, id, precondition).await?,
        ResourceKind::Groups => scim.delete_group(actor, id, precondition).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}
