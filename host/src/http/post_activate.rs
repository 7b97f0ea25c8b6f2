//! `POST /api/store/activate`: a new instance of a feature in a mandate.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use utoipa::ToSchema;

use super::{
    activation_answer::{self, Activated},
    desk_problem::desk_problem,
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    request::{FieldFault, Fields, FromFields, IdempotencyKey, JsonBody},
};
use crate::activation::{Activate, Caller, Desk};

/// What to activate. Ids have 1–200 characters.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct ActivateBody {
    feature_code: String,
    mandate_id: String,
    /// The quote that it is held to; each serves once.
    quote_id: Option<String>,
    /// The request of a member that it approves: who asked has access, too.
    request_id: Option<String>,
}

impl FromFields for ActivateBody {
    const NAMES: &'static [&'static str] = &["featureCode", "mandateId", "quoteId", "requestId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self {
            feature_code: fields.id("featureCode")?,
            mandate_id: fields.id("mandateId")?,
            quote_id: fields.optional_id("quoteId")?,
            request_id: fields.optional_id("requestId")?,
        })
    }
}

/// Activates a feature.
#[utoipa::path(
    post,
    path = "/api/store/activate",
    operation_id = "post_activate",
    params(("Idempotency-Key" = Option<String>, Header, description = "1–255 visible characters, bare or quoted; kept for 7 days, or as the operator set it")),
    request_body = ActivateBody,
    responses(
        (status = 200, description = "The instance can be used", body = Activated),
        (status = 202, description = "Billing has not answered yet; see `Location`", body = Activated),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 402, description = "`no-subscription`, `plan-unknown`, `subscription-past-due`, `billing-incomplete`, `capacity-reached`, `payment-declined` or `payment-action-required`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`mandate-closed`, `not-admin`, `instance-cap-reached` or `spending-cap-reached`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`feature-not-found`, `mandate-not-found` or `colleague-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`feature-misconfigured`, `withdrawn`, `request-not-open` or `request-in-progress`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "`quote-changed`, `quote-expired` or `quote-used`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "`payload-too-large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field` or `idempotency-key-reused`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 428, description = "`quote-required`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`billing-out-of-sync`, `billing-unavailable`, `too-many-waiting`, `invoice-budget-used`, `billing-refused` or `service-unavailable`: nothing will happen", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    key: IdempotencyKey,
    JsonBody { value, fingerprint }: JsonBody<ActivateBody>,
) -> Result<Response, Problem> {
    let ActivateBody { feature_code, mandate_id, quote_id, request_id } = value;
    let request = Activate { feature_code, mandate_id, quote_id, request_id };
    let admit = limits.admission(Class::Activate, &caller.user_id);
    let answered = desk.activate(&caller, request, key.of_body(fingerprint), &admit).await;
    activation_answer::answer(answered.map_err(|error| desk_problem(error, Class::Activate))?)
}
