//! `POST /api/store/restore`: an ended instance comes back, decided and billed like an activation.

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
use crate::activation::{Caller, Desk, Restore};

/// What to restore. Ids have 1–200 characters.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct RestoreBody {
    instance_id: String,
    mandate_id: String,
    /// The quote that it is held to, of an activation of the same feature; each serves once.
    quote_id: Option<String>,
}

impl FromFields for RestoreBody {
    const NAMES: &'static [&'static str] = &["instanceId", "mandateId", "quoteId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self {
            instance_id: fields.id("instanceId")?,
            mandate_id: fields.id("mandateId")?,
            quote_id: fields.optional_id("quoteId")?,
        })
    }
}

/// Restores an instance that ended within the last 7 days.
#[utoipa::path(
    post,
    path = "/api/store/restore",
    operation_id = "post_restore",
    params(("Idempotency-Key" = Option<String>, Header, description = "1–255 visible characters, bare or quoted; kept for 7 days, or as the operator set it")),
    request_body = RestoreBody,
    responses(
        (status = 200, description = "The instance can be used again", body = Activated),
        (status = 202, description = "Billing has not answered yet; see `Location`", body = Activated),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 402, description = "As for an activation", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`mandate-closed`, `not-admin`, `instance-cap-reached` or `spending-cap-reached`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`instance-not-found`, `feature-not-found` or `mandate-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`restore-expired`, `feature-misconfigured`, `withdrawn` or `request-in-progress`", body = ProblemDocument, content_type = "application/problem+json"),
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
    JsonBody { value, fingerprint }: JsonBody<RestoreBody>,
) -> Result<Response, Problem> {
    let request = Restore { instance_id: value.instance_id, mandate_id: value.mandate_id, quote_id: value.quote_id };
    let admit = limits.admission(Class::Activate, &caller.user_id);
    let answered = desk.restore(&caller, request, key.of_body(fingerprint), &admit).await;
    activation_answer::answer(answered.map_err(|error| desk_problem(error, Class::Activate))?)
}
