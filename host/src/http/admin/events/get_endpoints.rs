//! `GET /api/admin/event-endpoints`: where events are sent.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{endpoint_answer::EndpointAnswer, fields::Paging, unread};
use crate::{
    announce::Endpoints,
    http::{
        authentication::{EventsRead, Service},
        problem::{Problem, ProblemDocument},
        request::Query,
    },
    ports::store::page,
};

/// A page of endpoints.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct EndpointPage {
    /// The oldest first.
    items: Vec<EndpointAnswer>,
    /// The value of `after` for the next page; null on the last one.
    next: Option<String>,
}

/// Lists endpoints.
#[utoipa::path(
    get,
    path = "/api/admin/event-endpoints",
    operation_id = "get_event_endpoints",
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "Entries, 100 without it, at most 500"),
    ),
    responses(
        (status = 200, description = "Endpoints by age", body = EndpointPage),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`insufficient-scope`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: services are not set up", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("service" = ["events:read"]))
)]
pub(in crate::http) async fn handler(
    _: Service<EventsRead>,
    State(endpoints): State<Endpoints>,
    Query(Paging { after, limit }): Query<Paging>,
) -> Result<Json<EndpointPage>, Problem> {
    let mut found = endpoints.list(after.as_deref(), limit + 1).await.map_err(unread)?;
    let next = page::cut(&mut found, limit, |endpoint| endpoint.id.clone());
    Ok(Json(EndpointPage { items: found.into_iter().map(EndpointAnswer::from).collect(), next }))
}
