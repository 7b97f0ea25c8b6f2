//! `GET /api/admin/event-endpoints/{id}/deliveries`: what was or is to be sent to an endpoint.

use axum::{Json, extract::State};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    fields::{Paging, place},
    unknown, unread,
};
use crate::{
    announce::{Endpoints, message},
    http::{
        authentication::{EventsRead, Service},
        instant::iso_with_millis,
        problem::{Problem, ProblemDocument},
        request::{FieldFault, Fields, FromFields, PathId, Query},
    },
    ports::store::{
        delivery::{DeliveriesWanted, DeliveryRecord, DeliveryState},
        page,
    },
};

const STATES: &[&str] = &["waiting", "delivered", "dead"];

/// Which deliveries.
#[derive(Clone, Debug)]
pub(in crate::http) struct Asked {
    before: Option<i64>,
    limit: i64,
    state: Option<DeliveryState>,
}

impl FromFields for Asked {
    const NAMES: &'static [&'static str] = &["after", "limit", "state"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let word = fields.optional_word("state", STATES)?;
        Ok(Self {
            before: place(fields, "after")?,
            limit: Paging::read(fields)?.limit,
            state: DeliveryState::ALL.into_iter().find(|state| Some(state.as_str()) == word),
        })
    }
}

/// What was or is to be sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct Delivery {
    /// As the webhook carries it.
    event: Value,
    /// `waiting`, `delivered` or `dead`: given up.
    state: &'static str,
    /// Failed attempts since it was last asked for.
    attempts: i64,
    /// When it is tried next, of one that waits; null: as soon as it is its turn.
    next_at: Option<String>,
    /// When it was delivered or given up.
    settled_at: Option<String>,
    /// What the last attempt failed of.
    last_error: Option<String>,
}

impl From<DeliveryRecord> for Delivery {
    fn from(delivery: DeliveryRecord) -> Self {
        Self {
            event: message(&delivery.event),
            state: delivery.state.as_str(),
            attempts: delivery.attempts,
            next_at: Some(delivery.not_before).filter(|at| *at > 0).and_then(iso_with_millis),
            settled_at: delivery.settled_at.and_then(iso_with_millis),
            last_error: delivery.last_error,
        }
    }
}

/// A page of deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Deliveries {
    /// The newest event first.
    items: Vec<Delivery>,
    /// The value of `after` for the next page; null on the last one.
    next: Option<String>,
}

/// Lists deliveries.
#[utoipa::path(
    get,
    path = "/api/admin/event-endpoints/{id}/deliveries",
    operation_id = "get_event_deliveries",
    params(
        ("id" = String, Path, description = "The endpoint"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "Entries, 100 without it, at most 500"),
        ("state" = Option<String>, Query, description = "`waiting`, `delivered` or `dead`"),
    ),
    responses(
        (status = 200, description = "Deliveries, the newest event first", body = Deliveries),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`insufficient-scope`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: no such endpoint, or services are not set up", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("service" = ["events:read"]))
)]
pub(in crate::http) async fn handler(
    _: Service<EventsRead>,
    State(endpoints): State<Endpoints>,
    PathId(id): PathId,
    Query(Asked { before, limit, state }): Query<Asked>,
) -> Result<Json<Deliveries>, Problem> {
    let wanted = DeliveriesWanted { endpoint_id: Some(id.clone()), state, before, limit: limit + 1 };
    let mut found = endpoints.deliveries(&wanted).await.map_err(unread)?;
    if found.is_empty() && endpoints.find(&id).await.map_err(unread)?.is_none() {
        return Err(unknown());
    }
    let next = page::cut(&mut found, limit, |delivery| delivery.event.place.to_string());
    Ok(Json(Deliveries { items: found.into_iter().map(Delivery::from).collect(), next }))
}
