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

use axum::routing::{delete, get, patch, post};

use crate::{
    announce::{By, EndpointError},
    http::{
        Route,
        authentication::{EventsRead, EventsWrite, Needed, Service},
        problem::{Cause, Problem},
        request::{FaultKind, FieldFault, Place},
    },
    ports::store::StoreError,
};

const EVENTS: &str = "/api/admin/events";
const ENDPOINTS: &str = "/api/admin/event-endpoints";
const ENDPOINT: &str = "/api/admin/event-endpoints/{id}";

const SECRETS: &str = "/api/admin/event-endpoints/{id}/secrets";
const DELIVERIES: &str = "/api/admin/event-endpoints/{id}/deliveries";
const ATTEMPTS: &str = "/api/admin/event-endpoints/{id}/attempts";
const RESEND: &str = "/api/admin/event-endpoints/{id}/resend";

/// Their routes, each with the scope that it needs.
pub(super) fn routes() -> [Route; 10] {
    [
        Route::of("get", EVENTS, get(get_events::handler)).needing::<EventsRead>(),
        Route::of("get", ENDPOINTS, get(get_endpoints::handler)).needing::<EventsRead>(),
        Route::of("post", ENDPOINTS, post(post_endpoint::handler)).needing::<EventsWrite>(),
        Route::of("get", ENDPOINT, get(get_endpoint::handler)).needing::<EventsRead>(),
        Route::of("patch", ENDPOINT, patch(patch_endpoint::handler)).needing::<EventsWrite>(),
        Route::of("delete", ENDPOINT, delete(delete_endpoint::handler)).needing::<EventsWrite>(),
        Route::of("post", SECRETS, post(post_secret::handler)).needing::<EventsWrite>(),
        Route::of("get", DELIVERIES, get(get_deliveries::handler)).needing::<EventsRead>(),
        Route::of("get", ATTEMPTS, get(get_attempts::handler)).needing::<EventsRead>(),
        Route::of("post", RESEND, post(post_resend::handler)).needing::<EventsWrite>(),
    ]
}

impl<N: Needed> Service<N> {
    /// Who asks, for the audit trail.
    fn by(&self) -> By<'_> {
        By { service: self.actor.who().name(), origin: self.actor.origin() }
    }
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
