//! `GET /readyz`: whether this host should get requests.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    problem::{Cause, Problem, ProblemDocument},
    readiness::Readiness,
};

/// Ready for requests.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ready {
    status: &'static str,
}

/// Tells whether the host started, is not draining, and its store answers.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "readyz",
    responses(
        (status = 200, description = "Ready for requests", body = Ready),
        (status = 503, description = "`service-unavailable`: starting, draining, or the store does not answer", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn handler(State(readiness): State<Arc<Readiness>>) -> Result<Json<Ready>, Problem> {
    match readiness.check().await {
        Ok(()) => Ok(Json(Ready { status: "ready" })),
        Err(why) => {
            tracing::info!(%why, "not ready");
            Err(Problem::of(Cause::ServiceUnavailable))
        }
    }
}
