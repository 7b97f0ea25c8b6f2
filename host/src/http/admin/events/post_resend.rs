//! `POST /api/admin/event-endpoints/{id}/resend`: events are sent once more, whatever became of them.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{fields::place, unknown, unread};
use crate::{
    announce::Endpoints,
    http::{
        authentication::{EventsWrite, Service},
        problem::{Problem, ProblemDocument},
        request::{FaultKind, FieldFault, Fields, FromFields, JsonBody, PathId},
    },
    ports::store::delivery::Resend,
};

impl FromFields for Resend {
    const NAMES: &'static [&'static str] = &["eventId", "after", "state"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let event = fields.optional_id("eventId")?;
        let after = place(fields, "after")?;
        let dead = fields.optional_word("state", &["dead"])?;
        match (event, after, dead) {
            (Some(event), None, None) => Ok(Self::Event(event)),
            (None, Some(place), None) => Ok(Self::After(place)),
            (None, None, Some(_)) => Ok(Self::Dead),
            (None, None, None) => Err(fields.fault("eventId", FaultKind::Missing)),
            (Some(_), Some(_), _) => Err(fields.fault("eventId", FaultKind::Exclusive { other: "after" })),
            (Some(_), None, _) => Err(fields.fault("eventId", FaultKind::Exclusive { other: "state" })),
            (None, ..) => Err(fields.fault("after", FaultKind::Exclusive { other: "state" })),
        }
    }
}

/// What the body says: one of the three.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is the body's description; the body is read field by field")]
pub(in crate::http) struct ResendBody {
    /// This event.
    event_id: Option<String>,
    /// All after this place that the endpoint is to be told of and does not have.
    after: Option<String>,
    /// `dead`: all that were given up.
    state: Option<String>,
}

/// What is sent.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Resent {
    /// How many events. What is on its way just now is not sent again.
    events: u64,
}

/// Sends events once more.
#[utoipa::path(
    post,
    path = "/api/admin/event-endpoints/{id}/resend",
    operation_id = "post_event_resend",
    params(
        ("id" = String, Path, description = "The endpoint"),
    ),
    request_body = ResendBody,
    responses(
        (status = 200, description = "How many are sent", body = Resent),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`insufficient-scope`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: no such endpoint, or services are not set up", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("service" = ["events:write"]))
)]
pub(in crate::http) async fn handler(
    service: Service<EventsWrite>,
    State(endpoints): State<Endpoints>,
    PathId(id): PathId,
    body: JsonBody<Resend>,
) -> Result<Json<Resent>, Problem> {
    let events = endpoints.resend(service.by(), &id, &body.value).await.map_err(unread)?;
    if events == 0 && endpoints.find(&id).await.map_err(unread)?.is_none() {
        return Err(unknown());
    }
    Ok(Json(Resent { events }))
}
