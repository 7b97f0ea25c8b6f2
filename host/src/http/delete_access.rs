//! `DELETE /api/store/instances/{id}/accesses`: an access is taken away, a colleague's or one's own. With the last one the
//! instance ends.

use std::sync::Arc;

use axum::{extract::State, http::Method, response::Response};
use core_wasm::facts::Scope;
use utoipa::ToSchema;

use super::{
    desk_problem::desk_problem,
    limits::{Class, Limits},
    post_deactivate::{self, Deactivated},
    problem::{Problem, ProblemDocument},
    request::{FieldFault, Fields, FromFields, IdempotencyKey, JsonBody, PathId},
};
use crate::activation::{Caller, Deactivate, Desk};

/// Whose access. Ids have 1–200 characters.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct UnshareBody {
    mandate_id: String,
    /// Whose; the caller's own when left out.
    user_id: Option<String>,
}

impl FromFields for UnshareBody {
    const NAMES: &'static [&'static str] = &["mandateId", "userId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self { mandate_id: fields.id("mandateId")?, user_id: fields.optional_id("userId")? })
    }
}

/// Takes an access to an instance away. When it is the last one the instance ends, as by a deactivation.
#[utoipa::path(
    delete,
    path = "/api/store/instances/{id}/accesses",
    operation_id = "delete_access",
    params(
        ("id" = String, Path, description = "The instance"),
        ("Idempotency-Key" = Option<String>, Header, description = "1–255 visible characters, bare or quoted; kept for 7 days, or as the operator set it"),
    ),
    request_body = UnshareBody,
    responses(
        (status = 200, description = "Gone at once; the bill follows", body = Deactivated),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`instance-not-found` or `no-access`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`change-pending` or `request-in-progress`", body = ProblemDocument, content_type = "application/problem+json"),
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
    PathId(instance_id): PathId,
    key: IdempotencyKey,
    JsonBody { value, fingerprint }: JsonBody<UnshareBody>,
) -> Result<Response, Problem> {
    let key = key.of_resource(&Method::DELETE, &instance_id, &fingerprint);
    let request = Deactivate {
        feature_code: None,
        mandate_id: value.mandate_id,
        instance_id,
        scope: if value.user_id.is_some() { Scope::User } else { Scope::Mine },
        colleague_id: value.user_id,
        quote_id: None,
    };
    let admit = limits.admission(Class::Share, &caller.user_id);
    let answered = desk.deactivate(&caller, request, key, &admit).await;
    post_deactivate::answer(answered.map_err(|error| desk_problem(error, Class::Share))?)
}
