//! `POST /scim/v2/{kind}/.search`: a list whose filter is too long, or too private, for an address.

use axum::{
    extract::State,
    routing::{MethodRouter, post},
};

use super::{get_resources, wanted::Searched};
use crate::{
    http::{
        Http,
        authentication::{self, Service},
    },
    scim::{ResourceKind, Scim},
};

/// Lists the resources of a kind.
pub(super) fn handler(kind: ResourceKind) -> MethodRouter<Http> {
    post(move |State(scim): State<Scim>, _: Service<authentication::Scim>, Searched(listing): Searched| async move {
        get_resources::answer(&scim, kind, &listing).await
    })
}
