//! `GET /api/store/caps`: the limits that a mandate's admins set, for them.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};

use super::{
    caps_answer::{self, Asked, Caps},
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    request::Query,
};
use crate::activation::{Answered, Caller, Desk};

/// Tells the limits of a mandate.
#[utoipa::path(
    get,
    path = "/api/store/caps",
    operation_id = "get_caps",
    params(
        ("mandateId" = String, Query, description = "The mandate"),
        ("If-None-Match" = Option<String>, Header, description = "The tag of an answer that the caller has"),
    ),
    responses(
        (status = 200, description = "The limits, under their `ETag`; null is no limit", body = Caps),
        (status = 304, description = "As in the answer that the caller has"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`mandate-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    match desk.caps(&caller, &asked.mandate_id).await? {
        Answered::Granted(caps) => Ok(caps_answer::of(&headers, asked.mandate_id, caps)),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}
