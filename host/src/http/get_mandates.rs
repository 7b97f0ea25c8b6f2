//! `GET /api/store/mandates`: the mandates that the caller administers. One who administers none gets a home mandate.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
};
use crate::activation::{Caller, Desk};

/// A mandate that the caller administers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Mandate {
    id: String,
    name: String,
    /// The mandate's label, else its name.
    label: String,
}

/// Lists the mandates.
#[utoipa::path(
    get,
    path = "/api/store/mandates",
    operation_id = "get_mandates",
    responses(
        (status = 200, description = "The mandates that the caller administers, in order", body = Vec<Mandate>),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
) -> Result<Json<Vec<Mandate>>, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    let mandates = desk.mandates(&caller).await?;
    let shown = mandates.into_iter().map(|mandate| Mandate {
        id: mandate.id,
        label: mandate.label.unwrap_or_else(|| mandate.name.clone()),
        name: mandate.name,
    });
    Ok(Json(shown.collect()))
}
