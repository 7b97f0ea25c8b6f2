//! The answer to an activation or restore: done, still under way, or refused by billing.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use core_wasm::settings::Gate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    decision_header,
    problem::{Cause, Problem},
};
use crate::{
    activation::Answered,
    ports::store::change::{ChangeRecord, ChangeState},
};

/// An instance that was activated, or may still be.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Activated {
    feature_code: String,
    mandate_id: String,
    instance_id: String,
    /// False while billing has not answered (202).
    activated: bool,
    /// What billing confirmed, or must confirm: `quantity` or `payment`; absent where it costs nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<&'static str>,
    /// The change to look at under `Location`; only with 202.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<String>,
    /// `queued` or `billing`; only with 202.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
}

/// Seconds after which looking at an unsettled change again makes sense.
pub(super) const LOOK_AGAIN: HeaderValue = HeaderValue::from_static("2");

/// The answer for a change, or the problem for the reasons against it.
pub(super) fn answer(answered: Answered<ChangeRecord>) -> Result<Response, Problem> {
    let change = match answered {
        Answered::Granted(change) => change,
        Answered::Refused(reasons) => return Err(Problem::refused(reasons)),
    };
    let decision = decision_header::of(&change);
    match answer_of(change) {
        Ok(mut response) => {
            response.headers_mut().extend(decision);
            Ok(response)
        }
        Err(problem) => Err(decision.into_iter().fold(problem, |problem, (name, id)| problem.with_header(name, id))),
    }
}

fn answer_of(change: ChangeRecord) -> Result<Response, Problem> {
    match change.state {
        // What does not wait for billing is active from the start.
        _ if !change.is_gated() => Ok(Json(Activated::of(change, None)).into_response()),
        ChangeState::Done => Ok(Json(Activated::of(change, None)).into_response()),
        ChangeState::Queued | ChangeState::Billing => {
            let location = super::get_change::location(&change.id);
            let state = change.state.as_str();
            let body = Json(Activated::of(change, Some(state)));
            let mut response = (StatusCode::ACCEPTED, [(header::RETRY_AFTER, LOOK_AGAIN)], body).into_response();
            response.headers_mut().extend(location.map(|location| (header::LOCATION, location)));
            Ok(response)
        }
        // Without a reason of ours: somebody ended the instance while it was reserved.
        ChangeState::Cancelled if change.reasons.is_empty() => Err(Problem::of(Cause::Withdrawn)),
        // Given up before a byte was sent: nothing will happen, and the reasons say why.
        ChangeState::Failed | ChangeState::Cancelled => Err(Problem::refused(change.reasons)),
    }
}

impl Activated {
    fn of(change: ChangeRecord, under_way: Option<&'static str>) -> Self {
        Self {
            feature_code: change.feature_code,
            mandate_id: change.mandate_id,
            instance_id: change.instance_id,
            activated: under_way.is_none(),
            gate: change.gate.map(Gate::as_str),
            change: under_way.is_some().then_some(change.id),
            state: under_way,
        }
    }
}
