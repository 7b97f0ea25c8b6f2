//! `POST /api/admin/event-endpoints`: a new endpoint, with the secret that is shown this once.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    endpoint_answer::EndpointAnswer,
    fields::{kinds, url},
    refused,
};
use crate::{
    announce::{Endpoints, NewEndpoint},
    http::{
        authentication::{EventsWrite, Service},
        problem::{Problem, ProblemDocument},
        request::{FaultKind, FieldFault, Fields, FromFields, JsonBody},
    },
};

impl FromFields for NewEndpoint {
    const NAMES: &'static [&'static str] = &["url", "kinds", "description"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self {
            url: url(fields)?.ok_or_else(|| fields.fault("url", FaultKind::Missing))?,
            kinds: kinds(fields)?,
            description: fields.optional_id("description")?,
        })
    }
}

/// What the body says.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is the body's description; the body is read field by field")]
pub(in crate::http) struct NewEndpointBody {
    /// `https://…`
    url: String,
    /// What it is told; absent: everything.
    kinds: Option<Vec<String>>,
    /// For people, at most 200 characters.
    description: Option<String>,
}

/// An endpoint that was added.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Added {
    #[serde(flatten)]
    endpoint: EndpointAnswer,
    /// What its webhooks are signed with; it is not shown again.
    secret: String,
}

/// Adds an endpoint.
#[utoipa::path(
    post,
    path = "/api/admin/event-endpoints",
    operation_id = "post_event_endpoint",
    request_body = NewEndpointBody,
    responses(
        (status = 201, description = "The endpoint and its secret", body = Added),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`insufficient-scope`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: services are not set up", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("service" = ["events:write"]))
)]
pub(in crate::http) async fn handler(
    service: Service<EventsWrite>,
    State(endpoints): State<Endpoints>,
    body: JsonBody<NewEndpoint>,
) -> Result<Response, Problem> {
    let (endpoint, secret) = endpoints.add(service.by(), body.value).await.map_err(refused)?;
    let place = format!("/api/admin/event-endpoints/{}", endpoint.id);
    let added = Added { endpoint: endpoint.into(), secret: secret.expose_secret().to_owned() };
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(added)).into_response())
}
