//! `GET /livez`: the process runs. Always 200, whatever the database does: a restart would not mend that.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// Where it is.
pub(super) const PATH: &str = "/livez";

/// Sign of life.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Alive {
    status: &'static str,
}

/// Tells that the process runs.
#[utoipa::path(
    get,
    path = "/livez",
    operation_id = "livez",
    responses((status = 200, description = "The process runs", body = Alive))
)]
pub(super) async fn handler() -> Json<Alive> {
    Json(Alive { status: "alive" })
}
