//! `GET /api/store/decisions/{id}`: what was asked, under what, and what was answered; for admins of the mandate.

use std::sync::Arc;

use axum::{Json, extract::State};
use core_wasm::texts::Locale;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    instant::iso_with_millis,
    limits::{Class, Limits},
    problem::{Cause, Problem, ProblemDocument, ReasonAnswer, explain_all},
    request::{Language, PathId},
};
use crate::{
    activation::{Answered, Caller, DecisionView, Desk},
    decisions::record::reasons_on_record,
    ports::store::decision::{DecisionRecord, QuestionKind},
};

/// A decision on record. The instant is ISO 8601 in UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Decision {
    /// That of the change that it let through, if it did.
    id: String,
    at: Option<String>,
    /// `activation`, `deactivation`, `mandates` or `sharing`.
    question: &'static str,
    /// Whether it let something through.
    allowed: bool,
    mandate_id: String,
    feature_code: Option<String>,
    instance_id: Option<String>,
    /// Why not, with a sentence for each reason.
    reasons: Vec<ReasonAnswer>,
    /// SHA-256 of the policy module; `/api/store/policy/{digest}.wasm` serves it, whatever decides by now.
    policy_digest: String,
    /// SHA-256 of the settings.
    settings_digest: String,
    /// Fuel that the call of the policy took.
    fuel: i64,
    /// The trace id of the request.
    trace_id: String,
    /// A pseudonym of whoever asked, the same for all decisions of one user; `null` when that user is gone.
    who: Option<String>,
    /// Whether that was the caller.
    own: bool,
    /// What the policy was told. The roles of somebody else are left out. `null` for the question `mandates`: it is about all
    /// mandates of a person, of which admins of this one may know nothing.
    #[schema(value_type = Option<Object>)]
    facts: Value,
    /// What it answered; `null` likewise.
    #[schema(value_type = Option<Object>)]
    answer: Value,
}

/// Shows a decision.
#[utoipa::path(
    get,
    path = "/api/store/decisions/{id}",
    operation_id = "get_decision",
    params(("id" = String, Path, description = "The decision: `Turnpike-Decision` of an answer, or the id of a change; of a refusal the `traceId`")),
    responses(
        (status = 200, description = "The decision; of several under one trace id the newest", body = Decision),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: also for everybody but admins of its mandate", body = ProblemDocument, content_type = "application/problem+json"),
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
) -> Result<Json<Decision>, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    match desk.decision(&caller, &id).await? {
        Answered::Granted(view) => Ok(Json(Decision::of(view, locale))),
        Answered::Refused(_) => Err(Problem::of(Cause::NotFound)),
    }
}

impl Decision {
    fn of(view: DecisionView, locale: Locale) -> Self {
        let DecisionView { record, own } = view;
        let reasons = explain_all(&reasons_on_record(&record).unwrap_or_default(), locale);
        Self {
            at: iso_with_millis(record.at),
            question: record.kind.as_str(),
            allowed: record.allowed,
            reasons,
            fuel: record.fuel,
            own,
            facts: facts(&record, own),
            answer: if is_about_others(&record) { Value::Null } else { parsed(&record.answer) },
            id: record.id,
            mandate_id: record.mandate_id,
            feature_code: record.feature_code,
            instance_id: record.instance_id,
            policy_digest: record.policy_digest,
            settings_digest: record.settings_digest,
            trace_id: record.trace_id,
            who: record.who,
        }
    }
}

/// Whether facts and answer are about more than the one mandate whose admins may read the decision. Whoever is an admin of a
/// home need not be one of the other mandates that made it due.
fn is_about_others(record: &DecisionRecord) -> bool {
    record.kind == QuestionKind::Mandates
}

/// The facts, without the roles of somebody else: those are told to nobody.
fn facts(record: &DecisionRecord, own: bool) -> Value {
    if is_about_others(record) {
        return Value::Null;
    }
    let mut facts = parsed(&record.facts);
    if !own {
        without_roles(&mut facts);
    }
    facts
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn without_roles(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Object(membership)) = members.get_mut("membership") {
                membership.remove("roles");
            }
            members.values_mut().for_each(without_roles);
        }
        Value::Array(items) => items.iter_mut().for_each(without_roles),
        _ => {}
    }
}
