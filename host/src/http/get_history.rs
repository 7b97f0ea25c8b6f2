//! `GET /api/store/history`: what happened in a mandate and what it cost, for its admins.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    history_entry::HistoryEntry,
    limits::{Class, Limits},
    page_query::{MandatePage, cursor},
    problem::{Problem, ProblemDocument},
    request::Query,
};
use crate::activation::{Answered, Caller, Desk};

/// What cursors of this list begin with.
const LIST: &str = "history";

/// A page of what happened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct History {
    /// The newest first.
    items: Vec<HistoryEntry>,
    /// The value of `after` for the next page; null on the last one.
    next: Option<String>,
}

/// Tells what happened, however long ago.
#[utoipa::path(
    get,
    path = "/api/store/history",
    operation_id = "get_history",
    params(
        ("mandateId" = String, Query, description = "The mandate"),
        ("limit" = Option<String>, Query, description = "1 to 500 entries; 100 unless asked otherwise"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "Activations, restores, ends and accesses given and taken", body = History),
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
    Query(asked): Query<MandatePage>,
) -> Result<Json<History>, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    let page = (asked.page.place_if_any(LIST)?, asked.page.limit);
    match desk.history(&caller, &asked.mandate_id, page).await? {
        Answered::Granted(page) => Ok(Json(History {
            items: page.entries.into_iter().map(HistoryEntry::from).collect(),
            next: page.next.map(|place| cursor(LIST, place)),
        })),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}
