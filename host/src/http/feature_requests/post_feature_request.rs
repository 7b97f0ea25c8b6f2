//! `POST /api/store/requests`: a member asks the admins of the mandate for a feature.

use std::sync::Arc;

use axum::{Json, extract::State};
use utoipa::ToSchema;

use super::answer::{FeatureRequest, answer};
use crate::{
    activation::{Caller, Desk, RequestFeature},
    http::{
        desk_problem::desk_problem,
        limits::{Class, Limits},
        problem::{Problem, ProblemDocument},
        request::{FieldFault, Fields, FromFields, JsonBody},
    },
};

/// Longest note, in characters.
pub(super) const LONGEST_NOTE: usize = 500;

/// What is asked for. Ids have 1–200 characters.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(in crate::http) struct FeatureRequestBody {
    feature_code: String,
    mandate_id: String,
    /// Why, for the admins: 1–500 characters.
    note: Option<String>,
}

impl FromFields for FeatureRequestBody {
    const NAMES: &'static [&'static str] = &["featureCode", "mandateId", "note"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self {
            feature_code: fields.id("featureCode")?,
            mandate_id: fields.id("mandateId")?,
            note: fields.optional_text("note", LONGEST_NOTE)?,
        })
    }
}

/// Asks for a feature; the admins get a mail. Who asks again while nobody answered gets the first request.
#[utoipa::path(
    post,
    path = "/api/store/requests",
    operation_id = "post_feature_request",
    request_body = FeatureRequestBody,
    responses(
        (status = 200, description = "The request, open", body = FeatureRequest),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 402, description = "of an admin: what speaks against an activation, such as `capacity-reached`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`mandate-closed`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`feature-not-found` or `mandate-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "of an admin: `feature-misconfigured`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "`payload-too-large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`; of an admin also what speaks against an activation, such as `billing-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(in crate::http) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    JsonBody { value, .. }: JsonBody<FeatureRequestBody>,
) -> Result<Json<FeatureRequest>, Problem> {
    let FeatureRequestBody { feature_code, mandate_id, note } = value;
    let admit = limits.admission(Class::Share, &caller.user_id);
    let asked = desk.request_feature(&caller, RequestFeature { feature_code, mandate_id, note }, &admit).await;
    answer(asked.map_err(|error| desk_problem(error, Class::Share))?)
}
