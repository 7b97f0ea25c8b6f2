//! `GET /api/store/preflight`: what a page about a mandate needs to decide, and what is decided now.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use core_wasm::{facts::Scope, settings::Settings, texts::Locale};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    etag,
    instant::{iso, iso_with_millis},
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument, ReasonAnswer, explain_all},
    request::{FieldFault, Fields, FromFields, Language, Query},
};
use crate::activation::{
    ActivationVerdict, Answered, Caller, DeactivationVerdict, Desk, Preflight, PreflightFacts, RestoreVerdict,
};

/// Which mandate.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    mandate_id: String,
}

impl FromFields for Asked {
    const NAMES: &'static [&'static str] = &["mandateId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self { mandate_id: fields.id("mandateId")? })
    }
}

/// What is decided about a mandate now and, for its admins, from which facts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PreflightAnswer {
    mandate_id: String,
    /// When it was decided, ISO 8601 in UTC with milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required)]
    server_time: Option<String>,
    /// While the facts stay the same, the decisions hold until before this instant; null: for ever.
    valid_until: Option<String>,
    /// SHA-256 of the module that decided.
    policy_digest: String,
    /// SHA-256 of the settings it decided under.
    settings_digest: String,
    /// Differs when the facts differ.
    facts_version: String,
    /// Whether the caller is an admin of the mandate.
    is_admin: bool,
    decisions: Decisions,
    /// For admins only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    facts: Option<FactsAnswer>,
}

/// What the decisions were made of: of the rules' own form, times in UTC milliseconds.
#[derive(Debug, Serialize)]
struct FactsAnswer {
    settings: Settings,
    #[serde(flatten)]
    facts: PreflightFacts,
}

/// What is decided now.
#[derive(Debug, Serialize, ToSchema)]
struct Decisions {
    /// For every feature of the store, in order.
    activate: Vec<Activation>,
    /// `mine` for each instance that the caller has access to, then for admins `mandate` for each living one.
    deactivate: Vec<Deactivation>,
    /// For admins: for each ended instance that is still remembered.
    restore: Vec<Restoring>,
}

/// Whether a feature can be activated.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Activation {
    feature_code: String,
    allowed: bool,
    reasons: Vec<ReasonAnswer>,
}

/// Whether an access, or an instance for all, can be given up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Deactivation {
    instance_id: String,
    feature_code: String,
    /// `mine` or `mandate`.
    #[schema(value_type = String)]
    scope: Scope,
    allowed: bool,
    reasons: Vec<ReasonAnswer>,
    /// Whether the instance ends with it; null when it is refused.
    ends_instance: Option<bool>,
    /// Whether a change that waits for billing ends the instance already: ending it again is answered `change-pending`.
    pending: bool,
}

/// Whether an ended instance can come back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Restoring {
    instance_id: String,
    feature_code: String,
    allowed: bool,
    reasons: Vec<ReasonAnswer>,
    /// It can come back until before then.
    until: Option<String>,
}

/// Decides about everything that the page of a mandate shows.
#[utoipa::path(
    get,
    path = "/api/store/preflight",
    operation_id = "get_preflight",
    params(("mandateId" = String, Query, description = "The mandate")),
    responses(
        (status = 200, description = "Decisions for members, facts too for admins; with `ETag`", body = PreflightAnswer),
        (status = 304, description = "The answer is that of `If-None-Match`"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`mandate-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable` or `policy-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
    Language(locale): Language,
) -> Result<Response, Problem> {
    limits.admit_user(Class::Quote, &caller.user_id)?;
    let preflight = match desk.preflight(&caller, &asked.mandate_id).await? {
        Answered::Granted(preflight) => preflight,
        Answered::Refused(reasons) => return Err(Problem::refused(reasons)),
    };
    let now = preflight.now;
    let mut answer = PreflightAnswer::of(preflight, asked.mandate_id, locale);
    // All that is said but the time at which it is.
    let said = serde_json::to_string(&answer).unwrap_or_default();
    answer.server_time = iso_with_millis(now);
    let tag = etag::weak(&[&caller.user_id, locale.tag(), &said]);
    Ok(etag::tagged(&headers, &tag, || Json(answer).into_response()))
}

impl PreflightAnswer {
    /// Everything but the time.
    fn of(preflight: Preflight, mandate_id: String, locale: Locale) -> Self {
        Self {
            mandate_id,
            server_time: None,
            valid_until: preflight.valid_until.and_then(iso_with_millis),
            policy_digest: preflight.policy_digest,
            settings_digest: preflight.settings_digest,
            facts_version: preflight.facts_version,
            is_admin: preflight.is_admin,
            decisions: Decisions {
                activate: preflight.activate.into_iter().map(|verdict| Activation::of(verdict, locale)).collect(),
                deactivate: preflight.deactivate.into_iter().map(|verdict| Deactivation::of(verdict, locale)).collect(),
                restore: preflight.restore.into_iter().map(|verdict| Restoring::of(verdict, locale)).collect(),
            },
            facts: preflight.facts.map(|(settings, facts)| FactsAnswer { settings, facts }),
        }
    }
}

impl Activation {
    fn of(verdict: ActivationVerdict, locale: Locale) -> Self {
        let ActivationVerdict { feature_code, allowed, reasons } = verdict;
        Self { feature_code, allowed, reasons: explain_all(&reasons, locale) }
    }
}

impl Deactivation {
    fn of(verdict: DeactivationVerdict, locale: Locale) -> Self {
        Self {
            instance_id: verdict.instance_id,
            feature_code: verdict.feature_code,
            scope: verdict.scope,
            allowed: verdict.allowed,
            reasons: explain_all(&verdict.reasons, locale),
            ends_instance: verdict.ends_instance,
            pending: verdict.pending,
        }
    }
}

impl Restoring {
    fn of(verdict: RestoreVerdict, locale: Locale) -> Self {
        Self {
            instance_id: verdict.instance_id,
            feature_code: verdict.feature_code,
            allowed: verdict.allowed,
            reasons: explain_all(&verdict.reasons, locale),
            until: iso(verdict.until),
        }
    }
}
