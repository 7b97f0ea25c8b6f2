//! `GET /api/admin/event-endpoints/{id}/attempts`: the log of what was sent to an endpoint.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    fields::{Paging, place},
    unknown, unread,
};
use crate::{
    announce::Endpoints,
    http::{
        authentication::{EventsRead, Service},
        instant::iso_with_millis,
        problem::{Problem, ProblemDocument},
        request::{FieldFault, Fields, FromFields, PathId, Query},
    },
    ports::store::{
        delivery::{AttemptRecord, AttemptsWanted},
        page,
    },
};

/// Which attempts.
#[derive(Clone, Debug)]
pub(in crate::http) struct Asked {
    before: Option<i64>,
    limit: i64,
    event_id: Option<String>,
}

impl FromFields for Asked {
    const NAMES: &'static [&'static str] = &["after", "limit", "eventId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self {
            before: place(fields, "after")?,
            limit: Paging::read(fields)?.limit,
            event_id: fields.optional_id("eventId")?,
        })
    }
}

/// One attempt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct AttemptAnswer {
    event_id: String,
    at: Option<String>,
    /// Milliseconds.
    took: i64,
    /// Status of the answer; null: there was none.
    status: Option<u16>,
    /// Why it failed; null: it did not.
    error: Option<String>,
}

impl From<AttemptRecord> for AttemptAnswer {
    fn from(record: AttemptRecord) -> Self {
        let attempt = record.attempt;
        Self {
            event_id: record.event_id,
            at: iso_with_millis(attempt.at),
            took: attempt.took,
            status: attempt.status,
            error: attempt.error,
        }
    }
}

/// A page of attempts.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Attempts {
    /// The newest first.
    items: Vec<AttemptAnswer>,
    /// The value of `after` for the next page; null on the last one.
    next: Option<String>,
}

/// Lists attempts.
#[utoipa::path(
    get,
    path = "/api/admin/event-endpoints/{id}/attempts",
    operation_id = "get_event_attempts",
    params(
        ("id" = String, Path, description = "The endpoint"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "Entries, 100 without it, at most 500"),
        ("eventId" = Option<String>, Query, description = "Only of this event"),
    ),
    responses(
        (status = 200, description = "Attempts, the newest first", body = Attempts),
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
    Query(Asked { before, limit, event_id }): Query<Asked>,
) -> Result<Json<Attempts>, Problem> {
    let wanted = AttemptsWanted { endpoint_id: id.clone(), event_id, before, limit: limit + 1 };
    let mut found = endpoints.attempts(&wanted).await.map_err(unread)?;
    if found.is_empty() && endpoints.find(&id).await.map_err(unread)?.is_none() {
        return Err(unknown());
    }
    let next = page::cut(&mut found, limit, |attempt| attempt.number.to_string());
    Ok(Json(Attempts { items: found.into_iter().map(AttemptAnswer::from).collect(), next }))
}
