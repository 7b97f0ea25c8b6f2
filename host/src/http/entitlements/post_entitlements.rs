//! `POST /api/entitlements`: several checks at once, for services. Nothing is changed.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::EntitlementAnswer;
use crate::{
    entitlements::{Check, Entitlements, MOST_CHECKS},
    http::{
        authentication::{EntitlementsRead, Service},
        problem::{Problem, ProblemDocument},
        request::{FieldFault, Fields, FromFields, JsonBody},
    },
};

/// What is asked.
#[derive(Clone, Debug)]
pub(in crate::http) struct Checks(Vec<Check>);

impl FromFields for Checks {
    const NAMES: &'static [&'static str] = &["checks"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        fields.objects("checks", 1, MOST_CHECKS).map(Self)
    }
}

/// What the body says.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is the body's description; the body is read field by field")]
pub(in crate::http) struct ChecksBody {
    /// 1 to 100 of them.
    checks: Vec<CheckBody>,
}

/// What a user may use in a mandate.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is the body's description; the body is read field by field")]
struct CheckBody {
    /// Who.
    user_id: String,
    /// Where.
    mandate_id: String,
    /// Only instances of this feature.
    feature_code: Option<String>,
}

/// The answers.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct EntitlementAnswers {
    /// In the order of the checks, all of one moment.
    items: Vec<EntitlementAnswer>,
}

/// Says what users may use.
#[utoipa::path(
    post,
    path = "/api/entitlements",
    operation_id = "post_entitlements",
    request_body = ChecksBody,
    responses(
        (status = 200, description = "An answer for each check", body = EntitlementAnswers),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`insufficient-scope`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: services are not set up", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "`payload-too-large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable` or `policy-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("service" = ["entitlements:read"]))
)]
pub(in crate::http) async fn handler(
    _: Service<EntitlementsRead>,
    State(entitlements): State<Entitlements>,
    body: JsonBody<Checks>,
) -> Result<Json<EntitlementAnswers>, Problem> {
    let Checks(checks) = body.value;
    let answers = entitlements.check_all(&checks).await?;
    let items = checks.into_iter().zip(answers).map(|(check, answer)| EntitlementAnswer::new(check, answer));
    Ok(Json(EntitlementAnswers { items: items.collect() }))
}
