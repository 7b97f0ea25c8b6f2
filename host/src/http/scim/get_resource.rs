//! `GET /scim/v2/{kind}/{id}`: one resource.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{MethodRouter, get},
};

use super::{resource_answer, wanted::Wanted};
use crate::{
    http::{
        Http,
        authentication::{self, Service},
        etag,
        problem::Problem,
        request::PathId,
    },
    scim::{Projection, ResourceKind, Scim},
};

/// Shows a resource.
pub(super) fn handler(kind: ResourceKind) -> MethodRouter<Http> {
    get(
        move |State(scim): State<Scim>,
              _: Service<authentication::Scim>,
              PathId(id): PathId,
              Wanted(listing): Wanted,
              headers: HeaderMap| async move { answer(&scim, kind, &id, &listing.projection, &headers).await },
    )
}

async fn answer(
    scim: &Scim,
    kind: ResourceKind,
    id: &str,
    projection: &Projection,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let resource = match kind {
        ResourceKind::Users => scim.user(id).await?,
        ResourceKind::Groups => scim.group(id).await?,
    };
    let version = resource.version.clone();
    Ok(etag::tagged(headers, &version, || resource_answer::answer(StatusCode::OK, resource, projection)))
}
