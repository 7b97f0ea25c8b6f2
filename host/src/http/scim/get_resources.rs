//! `GET /scim/v2/{kind}`: resources, filtered, page by page.

use axum::{
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get},
};
use serde_json::json;

use super::{resource_answer, wanted::Wanted};
use crate::{
    http::{
        Http,
        authentication::{self, Service},
        problem::Problem,
    },
    scim::{Listing, ResourceKind, Scim},
};

/// Lists the resources of a kind.
pub(super) fn handler(kind: ResourceKind) -> MethodRouter<Http> {
    get(move |State(scim): State<Scim>, _: Service<authentication::Scim>, Wanted(listing): Wanted| async move {
        answer(&scim, kind, &listing).await
    })
}

/// One page of a kind's resources.
pub(super) async fn answer(scim: &Scim, kind: ResourceKind, listing: &Listing) -> Result<Response, Problem> {
    let found = scim.list(kind, listing).await?;
    let page = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": found.total, "startIndex": listing.start_index, "itemsPerPage": found.items.len(),
        "Resources": found.items
    });
    Ok(resource_answer::json(StatusCode::OK, &page))
}
