//! `DELETE /api/admin/event-endpoints/{id}`: nothing is sent there any more, and nothing remembered of it.

use axum::{extract::State, http::StatusCode};

use super::unread;
use crate::{
    announce::Endpoints,
    http::{
        authentication::{EventsWrite, Service},
        problem::{Problem, ProblemDocument},
        request::PathId,
    },
};

/// Removes an endpoint; one that is not there is removed.
#[utoipa::path(
    delete,
    path = "/api/admin/event-endpoints/{id}",
    operation_id = "delete_event_endpoint",
    params(
        ("id" = String, Path, description = "The endpoint"),
    ),
    responses(
        (status = 204, description = "It is not there any more"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`insufficient-scope`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: services are not set up", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("service" = ["events:write"]))
)]
pub(in crate::http) async fn handler(
    service: Service<EventsWrite>,
    State(endpoints): State<Endpoints>,
    PathId(id): PathId,
) -> Result<StatusCode, Problem> {
    endpoints.remove(service.by(), &id).await.map_err(unread)?;
    Ok(StatusCode::NO_CONTENT)
}
