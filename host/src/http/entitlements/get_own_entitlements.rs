//! `GET /api/store/entitlements`: what the caller may use in a mandate.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};

use super::answer::EntitlementAnswer;
use crate::{
    activation::Caller,
    entitlements::{Check, Entitlements},
    http::{
        limits::{Class, Limits},
        problem::{Problem, ProblemDocument},
        request::{FieldFault, Fields, FromFields, Query},
    },
};

/// Where, and of which feature.
#[derive(Clone, Debug)]
pub(in crate::http) struct Asked {
    mandate_id: String,
    feature_code: Option<String>,
}

impl FromFields for Asked {
    const NAMES: &'static [&'static str] = &["mandateId", "featureCode"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self { mandate_id: fields.id("mandateId")?, feature_code: fields.optional_id("featureCode")? })
    }
}

/// Says what the caller may use.
#[utoipa::path(
    get,
    path = "/api/store/entitlements",
    operation_id = "get_own_entitlements",
    params(
        ("mandateId" = String, Query, description = "Where"),
        ("featureCode" = Option<String>, Query, description = "Only instances of this feature"),
    ),
    responses(
        (status = 200, description = "Also where the caller is no member: then nothing; with `ETag`", body = EntitlementAnswer),
        (status = 304, description = "The answer is that of `If-None-Match`"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable` or `policy-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(in crate::http) async fn handler(
    State(entitlements): State<Entitlements>,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    let check = Check { user_id: caller.user_id, mandate_id: asked.mandate_id, feature_code: asked.feature_code };
    let entitlement = entitlements.check(check.clone()).await?;
    Ok(EntitlementAnswer::new(check, entitlement).tagged(&headers))
}
