//! `POST /api/store/changes`: several features activated and instances ended, all or nothing.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    activation_answer::LOOK_AGAIN,
    desk_problem::desk_problem,
    get_change::{Change, location},
    limits::{Class, Limits},
    problem::{Cause, Problem, ProblemDocument},
    request::{FieldFault, Fields, FromFields, IdempotencyKey, JsonBody, Language},
    wish_fields::wanted,
};
use crate::{
    activation::{Answered, Caller, Desk, Wanted},
    ports::store::change::{ChangeRecord, ChangeState},
};

/// What to change: 1 to 20 entries in both lists together. Ids have 1–200 characters.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct ChangesBody {
    mandate_id: String,
    /// Codes of features; one that stands twice is activated twice.
    activate: Vec<String>,
    /// Ids of instances to be ended for all.
    deactivate: Vec<String>,
    /// The quote of just this that it is held to; each serves once.
    quote_id: Option<String>,
}

impl FromFields for ChangesBody {
    const NAMES: &'static [&'static str] = &["mandateId", "activate", "deactivate", "quoteId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let Wanted { mandate_id, activate, deactivate } = wanted(fields)?;
        Ok(Self { mandate_id, activate, deactivate, quote_id: fields.optional_id("quoteId")? })
    }
}

/// What was changed, or may still be.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changed {
    mandate_id: String,
    /// False while billing has not answered (202): then all instances are as they were, and new ones cannot be used.
    done: bool,
    /// `queued` or `billing` with 202, else `done`; an end that billing is still told of has its own state.
    state: &'static str,
    /// Activations first, each in the order of the request.
    changes: Vec<Change>,
}

/// Makes several changes as one.
#[utoipa::path(
    post,
    path = "/api/store/changes",
    operation_id = "post_changes",
    params(("Idempotency-Key" = Option<String>, Header, description = "1–255 visible characters, bare or quoted; kept for 7 days, or as the operator set it")),
    request_body = ChangesBody,
    responses(
        (status = 200, description = "All of it is done", body = Changed),
        (status = 202, description = "Billing has not answered yet; see `Location`", body = Changed),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 402, description = "As for an activation", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`mandate-closed`, `not-admin`, `instance-cap-reached` or `spending-cap-reached`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`feature-not-found`, `mandate-not-found` or `instance-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`feature-misconfigured`, `change-pending`, `withdrawn` or `request-in-progress`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "`quote-changed`, `quote-expired` or `quote-used`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "`payload-too-large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field` or `idempotency-key-reused`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 428, description = "`quote-required`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "As for an activation: nothing will happen", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    key: IdempotencyKey,
    Language(locale): Language,
    JsonBody { value, fingerprint }: JsonBody<ChangesBody>,
) -> Result<Response, Problem> {
    let wanted = Wanted { mandate_id: value.mandate_id, activate: value.activate, deactivate: value.deactivate };
    let admit = limits.admission(Class::Activate, &caller.user_id);
    let answered = desk.change_together(&caller, &wanted, value.quote_id, key.of_body(fingerprint), &admit).await;
    let changes = match answered.map_err(|error| desk_problem(error, Class::Activate))? {
        Answered::Granted(changes) => changes,
        Answered::Refused(reasons) => return Err(Problem::refused(reasons)),
    };
    let Some(first) = changes.first() else { return Err(Problem::of(Cause::Internal)) };
    match first.state {
        // Without a reason of ours: somebody ended what was reserved.
        ChangeState::Cancelled if first.reasons.is_empty() => return Err(Problem::of(Cause::Withdrawn)),
        ChangeState::Failed | ChangeState::Cancelled => return Err(Problem::refused(first.reasons.clone())),
        ChangeState::Queued | ChangeState::Billing | ChangeState::Done => {}
    }
    let pending = changes.iter().find(|change| change.is_gated() && !change.state.is_settled());
    let (state, location) = match pending {
        Some(change) => (change.state.as_str(), location(&first.id)),
        None => (ChangeState::Done.as_str(), None),
    };
    let body = Json(Changed {
        mandate_id: wanted.mandate_id,
        done: pending.is_none(),
        state,
        changes: changes.iter().map(|change: &ChangeRecord| Change::of(change, locale)).collect(),
    });
    if pending.is_none() {
        return Ok(body.into_response());
    }
    let mut response = (StatusCode::ACCEPTED, [(header::RETRY_AFTER, LOOK_AGAIN)], body).into_response();
    response.headers_mut().extend(location.map(|location| (header::LOCATION, location)));
    Ok(response)
}
