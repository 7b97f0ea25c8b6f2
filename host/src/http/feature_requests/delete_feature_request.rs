//! `DELETE /api/store/requests/{id}`: who asked takes the request back.

use std::sync::Arc;

use axum::{Json, extract::State};

use super::answer::{FeatureRequest, answer};
use crate::{
    activation::{Caller, Desk},
    http::{
        desk_problem::desk_problem,
        limits::{Class, Limits},
        problem::{Problem, ProblemDocument},
        request::PathId,
    },
};

/// Takes one's own request back. One that was answered already is told as it stands.
#[utoipa::path(
    delete,
    path = "/api/store/requests/{id}",
    operation_id = "delete_feature_request",
    params(("id" = String, Path, description = "The request")),
    responses(
        (status = 200, description = "The request as it stands", body = FeatureRequest),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(in crate::http) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Json<FeatureRequest>, Problem> {
    let admit = limits.admission(Class::Share, &caller.user_id);
    let withdrawn = desk.withdraw_request(&caller, &id, &admit).await;
    answer(withdrawn.map_err(|error| desk_problem(error, Class::Share))?)
}
