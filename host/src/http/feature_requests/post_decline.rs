//! `POST /api/store/requests/{id}/decline`: an admin says no to a request.

use std::sync::Arc;

use axum::{Json, extract::State};
use utoipa::ToSchema;

use super::{
    answer::{FeatureRequest, answer},
    post_feature_request::LONGEST_NOTE,
};
use crate::{
    activation::{Caller, Desk},
    http::{
        desk_problem::desk_problem,
        limits::{Class, Limits},
        problem::{Problem, ProblemDocument},
        request::{FieldFault, Fields, FromFields, JsonBody, PathId},
    },
};

/// What is said to who asked.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(in crate::http) struct DeclineBody {
    /// 1–500 characters.
    answer: Option<String>,
}

impl FromFields for DeclineBody {
    const NAMES: &'static [&'static str] = &["answer"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self { answer: fields.optional_text("answer", LONGEST_NOTE)? })
    }
}

/// Declines a request. One that was answered or taken back already is told as it stands.
#[utoipa::path(
    post,
    path = "/api/store/requests/{id}/decline",
    operation_id = "post_decline",
    params(("id" = String, Path, description = "The request")),
    request_body = DeclineBody,
    responses(
        (status = 200, description = "The request as it stands", body = FeatureRequest),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "`payload-too-large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemDocument, content_type = "application/problem+json"),
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
    JsonBody { value, .. }: JsonBody<DeclineBody>,
) -> Result<Json<FeatureRequest>, Problem> {
    let admit = limits.admission(Class::Share, &caller.user_id);
    let declined = desk.decline_request(&caller, &id, value.answer, &admit).await;
    answer(declined.map_err(|error| desk_problem(error, Class::Share))?)
}
