//! `PATCH /api/admin/event-endpoints/{id}`: another address, other kinds, on or off (RFC 7396).

use axum::{Json, extract::State};
use utoipa::ToSchema;

use super::{
    endpoint_answer::EndpointAnswer,
    fields::{kinds, url},
    refused, unknown,
};
use crate::{
    announce::Endpoints,
    http::{
        authentication::{EventsWrite, Service},
        problem::{Problem, ProblemDocument},
        request::{FaultKind, FieldFault, Fields, FromFields, JsonBody, PathId},
    },
    ports::store::endpoint::EndpointAmendment,
};

/// What an endpoint can be told to be; that it is gone it says itself.
const STATES: &[&str] = &["enabled", "disabled"];

impl FromFields for EndpointAmendment {
    const NAMES: &'static [&'static str] = &["url", "kinds", "description", "state"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let state = fields.optional_word("state", STATES)?;
        let amendment = Self {
            url: url(fields)?,
            kinds: if fields.is_given("kinds") { Some(kinds(fields)?) } else { None },
            description: if fields.is_given("description") { Some(fields.optional_id("description")?) } else { None },
            enabled: state.map(|state| state == "enabled"),
        };
        // What must be there cannot be taken away.
        for (name, is_there) in [("url", amendment.url.is_some()), ("state", amendment.enabled.is_some())] {
            if fields.is_given(name) && !is_there {
                return Err(fields.fault(name, FaultKind::Missing));
            }
        }
        Ok(amendment)
    }
}

/// What the body says.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is the body's description; the body is read field by field")]
pub(in crate::http) struct AmendmentBody {
    /// `https://…`
    url: Option<String>,
    /// What it is told; null: everything.
    kinds: Option<Vec<String>>,
    /// For people; null: none.
    description: Option<String>,
    /// `enabled` or `disabled`.
    state: Option<String>,
}

/// Changes an endpoint.
#[utoipa::path(
    patch,
    path = "/api/admin/event-endpoints/{id}",
    operation_id = "patch_event_endpoint",
    params(
        ("id" = String, Path, description = "The endpoint"),
    ),
    request_body = AmendmentBody,
    responses(
        (status = 200, description = "The endpoint as it is now", body = EndpointAnswer),
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
    body: JsonBody<EndpointAmendment>,
) -> Result<Json<EndpointAnswer>, Problem> {
    let amended = endpoints.amend(service.by(), &id, &body.value).await.map_err(refused)?;
    amended.map(|endpoint| Json(endpoint.into())).ok_or_else(unknown)
}
