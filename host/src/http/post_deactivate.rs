//! `POST /api/store/deactivate`: an access is given up, or an instance ended for all.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use core_wasm::facts::Scope;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    decision_header,
    desk_problem::desk_problem,
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    request::{FaultKind, FieldFault, Fields, FromFields, IdempotencyKey, JsonBody},
};
use crate::{
    activation::{Answered, Caller, Deactivate, Desk},
    ports::store::change::ChangeRecord,
};

/// What to give up. Ids have 1–200 characters.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct DeactivateBody {
    feature_code: String,
    mandate_id: String,
    instance_id: String,
    /// `mine` (default): the caller's own access. `mandate`: the instance for all (admins).
    #[schema(value_type = Option<String>)]
    scope: Scope,
    /// This colleague's access instead of the caller's own (admins); not together with `scope`.
    user_id: Option<String>,
    /// The quote that the end of the instance is held to; each serves once.
    quote_id: Option<String>,
}

impl FromFields for DeactivateBody {
    const NAMES: &'static [&'static str] = &["featureCode", "mandateId", "instanceId", "scope", "userId", "quoteId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let feature_code = fields.id("featureCode")?;
        let mandate_id = fields.id("mandateId")?;
        let instance_id = fields.id("instanceId")?;
        let user_id = fields.optional_id("userId")?;
        let scope = match (fields.optional_word("scope", &["mine", "mandate"])?, &user_id) {
            // One of the two would be without effect, and the caller would not know which.
            (Some(_), Some(_)) => return Err(fields.fault("userId", FaultKind::Exclusive { other: "scope" })),
            (Some("mandate"), None) => Scope::Mandate,
            (_, Some(_)) => Scope::User,
            (_, None) => Scope::Mine,
        };
        let quote_id = fields.optional_id("quoteId")?;
        Ok(Self { feature_code, mandate_id, instance_id, scope, user_id, quote_id })
    }
}

/// What was given up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Deactivated {
    feature_code: String,
    mandate_id: String,
    instance_id: String,
    /// Always true: what was asked to go is gone.
    deactivated: bool,
    /// Whether the instance ended with it.
    instance_deleted: bool,
    /// `done`, or `pending` while billing is told; that goes on until it is true.
    billing: &'static str,
    /// The change, to be looked up under `/api/store/changes/{id}`.
    change: String,
}

/// Gives up an access or an instance.
#[utoipa::path(
    post,
    path = "/api/store/deactivate",
    operation_id = "post_deactivate",
    params(("Idempotency-Key" = Option<String>, Header, description = "1–255 visible characters, bare or quoted; kept for 7 days, or as the operator set it")),
    request_body = DeactivateBody,
    responses(
        (status = 200, description = "Gone at once; the bill follows", body = Deactivated),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`instance-not-found` or `no-access`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`change-pending` or `request-in-progress`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "`quote-changed`, `quote-expired` or `quote-used`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "`payload-too-large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field` or `idempotency-key-reused`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    key: IdempotencyKey,
    JsonBody { value, fingerprint }: JsonBody<DeactivateBody>,
) -> Result<Response, Problem> {
    let request = Deactivate {
        feature_code: Some(value.feature_code),
        mandate_id: value.mandate_id,
        instance_id: value.instance_id,
        scope: value.scope,
        colleague_id: value.user_id,
        quote_id: value.quote_id,
    };
    let admit = limits.admission(Class::Deactivate, &caller.user_id);
    let answered = desk.deactivate(&caller, request, key.of_body(fingerprint), &admit).await;
    answer(answered.map_err(|error| desk_problem(error, Class::Deactivate))?)
}

/// The answer for a change, or the problem for the reasons against it.
pub(super) fn answer(answered: Answered<ChangeRecord>) -> Result<Response, Problem> {
    match answered {
        Answered::Granted(change) => {
            let decision = decision_header::of(&change);
            let mut response = Json(Deactivated::from(change)).into_response();
            response.headers_mut().extend(decision);
            Ok(response)
        }
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}

impl From<ChangeRecord> for Deactivated {
    fn from(change: ChangeRecord) -> Self {
        Self {
            feature_code: change.feature_code,
            mandate_id: change.mandate_id,
            instance_id: change.instance_id,
            deactivated: true,
            instance_deleted: change.ends_instance,
            billing: if change.state.is_settled() { "done" } else { "pending" },
            change: change.id,
        }
    }
}
