//! `POST /scim/v2/{kind}`: a new resource.

use axum::{
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, post},
};
use serde_json::Value;

use super::{resource_answer, wanted::Wanted};
use crate::{
    directory::Actor,
    http::{
        Http,
        authentication::{self, Service},
        problem::Problem,
        request::JsonDocument,
    },
    scim::{Projection, ResourceKind, Scim},
};

/// Makes a resource.
pub(super) fn handler(kind: ResourceKind) -> MethodRouter<Http> {
    post(
        move |State(scim): State<Scim>,
              service: Service<authentication::Scim>,
              Wanted(listing): Wanted,
              JsonDocument(body): JsonDocument| async move {
            answer(&scim, &service.actor, kind, &body, &listing.projection).await
        },
    )
}

async fn answer(
    scim: &Scim,
    actor: &Actor,
    kind: ResourceKind,
    body: &Value,
    projection: &Projection,
) -> Result<Response, Problem> {
    let resource = match kind {
        ResourceKind::Users => scim.create_user(actor, body).await?,
        ResourceKind::Groups => scim.create_group(actor, body).await?,
    };
    Ok(resource_answer::answer(StatusCode::CREATED, resource, projection))
}
