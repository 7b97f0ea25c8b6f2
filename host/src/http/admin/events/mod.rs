//! Events for the embedding product: what happened, where it is sent, and what became of it.

pub(in crate::http) mod delete_endpoint;
mod endpoint_answer;
mod fields;
pub(in crate::http) mod get_attempts;
pub(in crate::http) mod get_deliveries;
pub(in crate::http) mod get_endpoint;
pub(in crate::http) mod get_endpoints;
pub(in crate::http) mod get_events;
pub(in crate::http) mod patch_endpoint;
pub(in crate::http) mod post_endpoint;
pub(in crate::http) mod post_resend;
pub(in crate::http) mod post_secret;

use axum::{
    Router,
    extract::FromRef,
    routing::{MethodRouter, delete, get, patch, post},
};

use super::service::Services;
use crate::{
    announce::{EndpointError, Endpoints},
    http::{
        problem::{Cause, Problem},
        request::{FaultKind, FieldFault, Place},
    },
    ports::store::StoreError,
};

/// What these endpoints share.
#[derive(Clone)]
pub struct EventsState {
    /// What they do.
    pub endpoints: Endpoints,
    /// Who may.
    pub services: Services,
}

impl FromRef<EventsState> for Endpoints {
    fn from_ref(state: &EventsState) -> Self {
        state.endpoints.clone()
    }
}

impl FromRef<EventsState> for Services {
    fn from_ref(state: &EventsState) -> Self {
        state.services.clone()
    }
}

const EVENTS: &str = "/api/admin/events";
const ENDPOINTS: &str = "/api/admin/event-endpoints";
const ENDPOINT: &str = "/api/admin/event-endpoints/{id}";

/// Method, path and handler of each.
pub fn routes<S>() -> Vec<(&'static str, &'static str, MethodRouter<S>)>
where
    S: Clone + Send + Sync + 'static,
    Endpoints: FromRef<S>,
    Services: FromRef<S>,
{
    vec![
        ("get", EVENTS, get(get_events::handler)),
        ("get", ENDPOINTS, get(get_endpoints::handler)),
        ("post", ENDPOINTS, post(post_endpoint::handler)),
        ("get", ENDPOINT, get(get_endpoint::handler)),
        ("patch", ENDPOINT, patch(patch_endpoint::handler)),
        ("delete", ENDPOINT, delete(delete_endpoint::handler)),
        ("post", "/api/admin/event-endpoints/{id}/secrets", post(post_secret::handler)),
        ("get", "/api/admin/event-endpoints/{id}/deliveries", get(get_deliveries::handler)),
        ("get", "/api/admin/event-endpoints/{id}/attempts", get(get_attempts::handler)),
        ("post", "/api/admin/event-endpoints/{id}/resend", post(post_resend::handler)),
    ]
}

/// These endpoints alone, without the layers of the whole API.
pub fn router(state: EventsState) -> Router {
    routes().into_iter().fold(Router::new(), |router, (_, path, handler)| router.route(path, handler)).with_state(state)
}

/// What a store that gave no answer looks like from outside.
fn unread(error: StoreError) -> Problem {
    match error {
        StoreError::Unavailable { .. } => {
            tracing::warn!(%error, "the store does not answer");
            Problem::of(Cause::ServiceUnavailable)
        }
        error => {
            tracing::error!(%error, "the store failed");
            Problem::of(Cause::Internal)
        }
    }
}

fn refused(error: EndpointError) -> Problem {
    match error {
        EndpointError::Address(fault) => FieldFault::new(Place::Body, "url", FaultKind::Address(fault)).into(),
        EndpointError::Store(error) => unread(error),
    }
}

fn unknown() -> Problem {
    Problem::of(Cause::NotFound)
}
