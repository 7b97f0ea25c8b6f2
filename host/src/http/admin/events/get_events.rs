//! `GET /api/admin/events`: what happened after a place, to catch up with what webhooks did not bring.

use axum::{Json, extract::State};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    fields::{KINDS, Paging, place},
    unread,
};
use crate::{
    announce::{Endpoints, message},
    http::{
        authentication::{EventsRead, Service},
        problem::{Cause, Problem, ProblemDocument},
        request::{FieldFault, Fields, FromFields, Query},
    },
    ports::store::event::{EventKind, EventsWanted},
};

/// Which events.
#[derive(Clone, Debug)]
pub(in crate::http) struct Asked(EventsWanted);

impl FromFields for Asked {
    const NAMES: &'static [&'static str] = &["after", "limit", "mandateId", "type"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let Paging { limit, .. } = Paging::read(fields)?;
        Ok(Self(EventsWanted {
            after: place(fields, "after")?.unwrap_or(0),
            limit,
            mandate_id: fields.optional_id("mandateId")?,
            kind: fields.optional_word("type", KINDS)?.and_then(EventKind::of_word),
        }))
    }
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Events {
    /// As webhooks carry them, in order.
    items: Vec<Value>,
    /// The value of `after` for the next page; there may be none yet.
    next: String,
    /// Whether there is more by now.
    more: bool,
}

/// Reads events.
#[utoipa::path(
    get,
    path = "/api/admin/events",
    operation_id = "get_admin_events",
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "Entries, 100 without it, at most 500"),
        ("mandateId" = Option<String>, Query, description = "Only of this mandate"),
        ("type" = Option<String>, Query, description = "Only of this kind"),
    ),
    responses(
        (status = 200, description = "Events after the place, the oldest first", body = Events),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`insufficient-scope`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: services are not set up", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "`events-gone`: some after the place are deleted", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("service" = ["events:read"]))
)]
pub(in crate::http) async fn handler(
    _: Service<EventsRead>,
    State(endpoints): State<Endpoints>,
    Query(Asked(wanted)): Query<Asked>,
) -> Result<Json<Events>, Problem> {
    let page = endpoints.events(&wanted).await.map_err(unread)?;
    // Whoever begins takes what there is; whoever goes on must not miss any.
    if wanted.after > 0 && wanted.after < page.forgotten {
        return Err(Problem::of(Cause::EventsGone));
    }
    let is_full = i64::try_from(page.events.len()).is_ok_and(|length| length >= wanted.limit);
    let last = page.events.last().map(|event| event.place);
    // Past events of other mandates and kinds, too, once all that was asked for is told.
    let next = last.filter(|_| is_full).unwrap_or_else(|| page.newest.max(wanted.after));
    Ok(Json(Events { items: page.events.iter().map(message).collect(), next: next.to_string(), more: is_full }))
}
