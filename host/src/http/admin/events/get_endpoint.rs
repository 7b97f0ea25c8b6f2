//! `GET /api/admin/event-endpoints/{id}`: one endpoint.

use axum::{Json, extract::State};

use super::{endpoint_answer::EndpointAnswer, unknown, unread};
use crate::{
    announce::Endpoints,
    http::{
        authentication::{EventsRead, Service},
        problem::{Problem, ProblemDocument},
        request::PathId,
    },
};

/// Shows an endpoint.
#[utoipa::path(
    get,
    path = "/api/admin/event-endpoints/{id}",
    operation_id = "get_event_endpoint",
    params(
        ("id" = String, Path, description = "The endpoint"),
    ),
    responses(
        (status = 200, description = "The endpoint", body = EndpointAnswer),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`insufficient-scope`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: no such endpoint, or services are not set up", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("service" = ["events:read"]))
)]
pub(in crate::http) async fn handler(
    _: Service<EventsRead>,
    State(endpoints): State<Endpoints>,
    PathId(id): PathId,
) -> Result<Json<EndpointAnswer>, Problem> {
    let found = endpoints.find(&id).await.map_err(unread)?;
    found.map(|endpoint| Json(endpoint.into())).ok_or_else(unknown)
}
