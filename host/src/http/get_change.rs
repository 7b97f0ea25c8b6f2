//! `GET /api/store/changes/{id}`: how far a change is, for the member who asked for it and for the mandate's present admins.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use core_wasm::{settings::Gate, texts::Locale};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    activation_answer::LOOK_AGAIN,
    instant::iso,
    limits::{Class, Limits},
    problem::{Cause, Problem, ProblemDocument, ReasonAnswer, explain_all},
    request::{Language, PathId},
};
use crate::{
    activation::{Answered, Caller, Desk},
    ports::store::change::{ChangeRecord, ListedChange},
};

/// A change. Instants are ISO 8601 in UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    id: String,
    /// `activate`, `restore`, `end`, `leave` or `withdraw`.
    kind: &'static str,
    /// `queued`, `billing`, `done`, `failed` or `cancelled`.
    state: &'static str,
    /// What of billing it waits for: `quantity` or `payment`; `null` where it waits for nothing.
    gate: Option<&'static str>,
    feature_code: String,
    mandate_id: String,
    instance_id: String,
    created_at: Option<String>,
    /// When it was done, failed or cancelled.
    settled_at: Option<String>,
    /// From when on it is charged or credited.
    effective_at: Option<String>,
    /// Why it failed.
    reasons: Vec<ReasonAnswer>,
    /// The same for all changes of one request; null where it is the only one.
    batch_id: Option<String>,
    /// The quote that it is held to.
    quote_id: Option<String>,
    /// Who asked for it; in lists only.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

/// Where a change can be looked up; `None` for an id that no header field can carry, which we do not make.
pub(super) fn location(id: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("/api/store/changes/{id}")).ok()
}

/// Shows a change.
#[utoipa::path(
    get,
    path = "/api/store/changes/{id}",
    operation_id = "get_change",
    params(("id" = String, Path, description = "The change")),
    responses(
        (status = 200, description = "The change; with `Retry-After` while it is not settled", body = Change),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: also for whoever asked for it and is no member any more", body = ProblemDocument, content_type = "application/problem+json"),
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
    PathId(id): PathId,
    Language(locale): Language,
) -> Result<Response, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    let change = match desk.change(&caller, &id).await? {
        Answered::Granted(change) => change,
        Answered::Refused(reasons) if reasons.is_empty() => return Err(Problem::of(Cause::NotFound)),
        Answered::Refused(reasons) => return Err(Problem::refused(reasons)),
    };
    let mut response = Json(Change::of(&change, locale)).into_response();
    if !change.state.is_settled() {
        response.headers_mut().insert(header::RETRY_AFTER, LOOK_AGAIN);
    }
    Ok(response)
}

impl Change {
    /// The change as answers show it.
    pub(super) fn of(change: &ChangeRecord, locale: Locale) -> Self {
        Self {
            id: change.id.clone(),
            kind: change.kind.as_str(),
            state: change.state.as_str(),
            gate: change.gate.map(Gate::as_str),
            feature_code: change.feature_code.clone(),
            mandate_id: change.mandate_id.clone(),
            instance_id: change.instance_id.clone(),
            created_at: iso(change.created_at),
            settled_at: change.settled_at.and_then(iso),
            effective_at: iso(change.effective_at),
            reasons: explain_all(&change.reasons, locale),
            batch_id: change.batch.as_ref().map(|batch| batch.id.clone()),
            quote_id: change.quote_id.clone(),
            by: None,
        }
    }

    /// A change of a list.
    pub(super) fn listed(listed: ListedChange, locale: Locale) -> Self {
        Self { by: listed.by, ..Self::of(&listed.change, locale) }
    }
}
