//! `DELETE /api/store/caps`: an admin lifts the limits of the mandate.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::{
    admin::preconditions::Preconditions,
    caps_answer::{self, Asked, Caps},
    desk_problem::desk_problem,
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    request::Query,
};
use crate::{
    activation::{Answered, Caller, Desk},
    ports::store::snapshot::CapsRecord,
};

/// Lifts the limits of a mandate: those of its plan stay.
#[utoipa::path(
    delete,
    path = "/api/store/caps",
    operation_id = "delete_caps",
    params(
        ("mandateId" = String, Query, description = "The mandate"),
        ("If-Match" = Option<String>, Header, description = "Only where the limits are still those of this tag"),
    ),
    responses(
        (status = 200, description = "There are none any more", body = Caps),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`mandate-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "`precondition-failed`", body = ProblemDocument, content_type = "application/problem+json"),
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
    Query(asked): Query<Asked>,
    Preconditions(precondition): Preconditions,
) -> Result<Response, Problem> {
    limits.admit_user(Class::Share, &caller.user_id)?;
    let is_expected = |caps: &CapsRecord| caps_answer::is_expected(&precondition, caps);
    let answered = desk.set_caps(&caller, &asked.mandate_id, CapsRecord::default(), &is_expected).await;
    match answered.map_err(|error| desk_problem(error, Class::Share))? {
        Answered::Granted(caps) => Ok(caps_answer::changed(asked.mandate_id, caps)),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}
