//! `GET /api/store/changes`: the changes of one mandate, for its admins; members see their own.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    get_change::Change,
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    request::{FieldFault, Fields, FromFields, Language, Query},
};
use crate::activation::{Answered, Caller, Desk};

/// Which mandate, and where to go on.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    mandate_id: String,
    before: Option<String>,
}

impl FromFields for Asked {
    const NAMES: &'static [&'static str] = &["mandateId", "before"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self { mandate_id: fields.id("mandateId")?, before: fields.optional_id("before")? })
    }
}

/// A page of changes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changes {
    /// The newest first, at most 50.
    changes: Vec<Change>,
    /// The value of `before` for the next page; null on the last one.
    next: Option<String>,
}

/// Lists changes.
#[utoipa::path(
    get,
    path = "/api/store/changes",
    operation_id = "get_changes",
    params(
        ("mandateId" = String, Query, description = "The mandate"),
        ("before" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "What is not settled, and what was within 30 days", body = Changes),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
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
    Query(asked): Query<Asked>,
    Language(locale): Language,
) -> Result<Json<Changes>, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    match desk.changes(&caller, &asked.mandate_id, asked.before).await? {
        Answered::Granted((changes, next)) => Ok(Json(Changes {
            changes: changes.into_iter().map(|listed| Change::listed(listed, locale)).collect(),
            next,
        })),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}
