//! `POST /api/store/quote`: what activating and ending would cost.

use std::sync::Arc;

use axum::{Json, extract::State};
use utoipa::ToSchema;

use super::{
    desk_problem::desk_problem,
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    quote_answer::QuoteAnswer,
    request::{FieldFault, Fields, FromFields, JsonBody},
    wish_fields::wanted,
};
use crate::activation::{Answered, Caller, Desk, Wanted};

/// What to quote: 1 to 20 entries in both lists together. Ids have 1–200 characters.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct QuoteBody {
    mandate_id: String,
    /// Codes of features; one that stands twice is activated twice.
    activate: Vec<String>,
    /// Ids of instances to be ended for all.
    deactivate: Vec<String>,
}

impl FromFields for QuoteBody {
    const NAMES: &'static [&'static str] = &["mandateId", "activate", "deactivate"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let Wanted { mandate_id, activate, deactivate } = wanted(fields)?;
        Ok(Self { mandate_id, activate, deactivate })
    }
}

/// Quotes.
#[utoipa::path(
    post,
    path = "/api/store/quote",
    operation_id = "post_quote",
    request_body = QuoteBody,
    responses(
        (status = 200, description = "Valid for 15 minutes, for this caller and wish, once", body = QuoteAnswer),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 402, description = "As for an activation", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`mandate-closed`, `not-admin`, `instance-cap-reached` or `spending-cap-reached`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`feature-not-found`, `mandate-not-found` or `instance-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`feature-misconfigured` or `change-pending`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "`payload-too-large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`billing-out-of-sync`, `billing-unavailable` or `service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    JsonBody { value, .. }: JsonBody<QuoteBody>,
) -> Result<Json<QuoteAnswer>, Problem> {
    let wanted = Wanted { mandate_id: value.mandate_id, activate: value.activate, deactivate: value.deactivate };
    let admit = limits.admission(Class::Quote, &caller.user_id);
    match desk.quote(&caller, &wanted, &admit).await.map_err(|error| desk_problem(error, Class::Quote))? {
        Answered::Granted(quote) => Ok(Json(QuoteAnswer::from(quote))),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}
