//! `POST /api/admin/event-endpoints/{id}/secrets`: a new secret beside those in force, which expire after a while.

use axum::{Json, extract::State, http::StatusCode};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::{unknown, unread};
use crate::{
    announce::{Endpoints, endpoints::OVERLAP},
    http::{
        authentication::{EventsWrite, Service},
        instant::iso_with_millis,
        problem::{Problem, ProblemDocument},
        request::{FieldFault, Fields, FromFields, JsonBody, PathId},
    },
};

/// A week in seconds.
const LONGEST: i64 = 7 * 24 * 60 * 60;

/// For how long, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Overlap(i64);

impl FromFields for Overlap {
    const NAMES: &'static [&'static str] = &["overlapSeconds"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let seconds = fields.optional_whole("overlapSeconds", 0, LONGEST)?;
        Ok(Self(seconds.map_or(OVERLAP, |seconds| seconds * 1000)))
    }
}

/// What the body says.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is the body's description; the body is read field by field")]
pub(in crate::http) struct OverlapBody {
    /// For how long the secrets before stay in force: 86400 when it is absent, at most 604800; 0 when one was betrayed.
    overlap_seconds: Option<i64>,
}

/// A new secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct NewSecret {
    /// It is not shown again.
    secret: String,
    /// From then on webhooks are signed with it alone.
    others_expire_at: Option<String>,
}

/// Makes a new secret.
#[utoipa::path(
    post,
    path = "/api/admin/event-endpoints/{id}/secrets",
    operation_id = "post_event_endpoint_secret",
    params(
        ("id" = String, Path, description = "The endpoint"),
    ),
    request_body = OverlapBody,
    responses(
        (status = 201, description = "The secret", body = NewSecret),
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
    body: JsonBody<Overlap>,
) -> Result<(StatusCode, Json<NewSecret>), Problem> {
    let rotated = endpoints.rotate(service.by(), &id, body.value.0).await.map_err(unread)?;
    let (secret, until) = rotated.ok_or_else(unknown)?;
    let secret = NewSecret { secret: secret.expose_secret().to_owned(), others_expire_at: iso_with_millis(until) };
    Ok((StatusCode::CREATED, Json(secret)))
}
