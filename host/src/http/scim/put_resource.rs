//! `PUT /scim/v2/{kind}/{id}`: all of a resource anew.

use axum::{
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, put},
};
use serde_json::Value;

use super::{resource_answer, wanted::Wanted};
use crate::{
    directory::{Actor, Precondition},
    http::{
        Http,
        admin::Preconditions,
        authentication::{self, Service},
        problem::Problem,
        request::{JsonDocument, PathId},
    },
    scim::{Projection, ResourceKind, Scim},
};

/// Replaces a resource.
pub(super) fn handler(kind: ResourceKind) -> MethodRouter<Http> {
    put(
        move |State(scim): State<Scim>,
              service: Service<authentication::Scim>,
              PathId(id): PathId,
              Wanted(listing): Wanted,
              Preconditions(precondition): Preconditions,
              JsonDocument(body): JsonDocument| async move {
            answer(&scim, &service.actor, (kind, &id), &body, &precondition, &listing.projection).await
        },
    )
}

async fn answer(
    scim: &Scim,
    actor: &Actor,
    (kind, id): (ResourceKind, &str),
    body: &Value,
    precondition: &Precondition,
    projection: &Projection,
) -> Result<Response, Problem> {
    let resource = match kind {
        ResourceKind::Users => scim.replace_user(actor, id, body, precondition).await?,
        ResourceKind::Groups => scim.replace_group(actor, id, body, precondition).await?,
    };
    Ok(resource_answer::answer(StatusCode::OK, resource, projection))
}
