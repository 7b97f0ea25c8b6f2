//! `PATCH /scim/v2/{kind}/{id}`: some of a resource (RFC 7644, 3.5.2).

use axum::{
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, patch},
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

/// Changes a resource.
pub(super) fn handler(kind: ResourceKind) -> MethodRouter<Http> {
    patch(
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
        ResourceKind::Users => scim.patch_user(actor, id, body, precondition).await?,
        ResourceKind::Groups => scim.patch_group(actor, id, body, precondition).await?,
    };
    Ok(resource_answer::answer(StatusCode::OK, resource, projection))
}
