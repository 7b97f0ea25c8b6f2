//! `GET /api/entitlements`: what a user may use in a mandate, for services.

use axum::{extract::State, http::HeaderMap, response::Response};

use super::answer::EntitlementAnswer;
use crate::{
    entitlements::{Check, Entitlements},
    http::{
        authentication::{EntitlementsRead, Service},
        problem::{Problem, ProblemDocument},
        request::{FieldFault, Fields, FromFields, Query},
    },
};

impl FromFields for Check {
    const NAMES: &'static [&'static str] = &["userId", "mandateId", "featureCode"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self {
            user_id: fields.id("userId")?,
            mandate_id: fields.id("mandateId")?,
            feature_code: fields.optional_id("featureCode")?,
        })
    }
}

/// Says what a user may use.
#[utoipa::path(
    get,
    path = "/api/entitlements",
    operation_id = "get_entitlements",
    params(
        ("userId" = String, Query, description = "Who"),
        ("mandateId" = String, Query, description = "Where"),
        ("featureCode" = Option<String>, Query, description = "Only instances of this feature"),
    ),
    responses(
        (status = 200, description = "Also for users and mandates that there are not: then nothing; with `ETag`", body = EntitlementAnswer),
        (status = 304, description = "The answer is that of `If-None-Match`"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`insufficient-scope`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: services are not set up", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable` or `policy-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("service" = ["entitlements:read"]))
)]
pub(in crate::http) async fn handler(
    _: Service<EntitlementsRead>,
    State(entitlements): State<Entitlements>,
    headers: HeaderMap,
    Query(check): Query<Check>,
) -> Result<Response, Problem> {
    let entitlement = entitlements.check(check.clone()).await?;
    Ok(EntitlementAnswer::new(check, entitlement).tagged(&headers))
}
