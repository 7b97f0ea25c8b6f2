//! `POST /api/store/instances/{id}/accesses`: a colleague gets access to an instance, in one of its roles.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::Method,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    decision_header,
    desk_problem::desk_problem,
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    request::{FaultKind, FieldFault, Fields, FromFields, IdempotencyKey, JsonBody, PathId, Place},
};
use crate::{
    activation::{Answered, Caller, Desk, Share},
    ports::store::change::ChangeRecord,
};

/// Where it is.
pub(super) const PATH: &str = "/api/store/instances/{id}/accesses";

/// To whom and how. Ids have 1–200 characters.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct ShareBody {
    mandate_id: String,
    /// The colleague: a member of the mandate.
    user_id: String,
    /// One of the instance's roles, by its label. Who has access in another gets this one instead.
    role: String,
    /// `keep` (default), or `leave`: the instance is handed over to somebody else, and the caller's own access goes in the
    /// same moment.
    #[schema(value_type = Option<String>)]
    own_access: OwnAccess,
}

/// What becomes of the caller's own access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OwnAccess {
    Keep,
    Leave,
}

impl FromFields for ShareBody {
    const NAMES: &'static [&'static str] = &["mandateId", "userId", "role", "ownAccess"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self {
            mandate_id: fields.id("mandateId")?,
            user_id: fields.id("userId")?,
            role: fields.id("role")?,
            own_access: match fields.optional_word("ownAccess", &["keep", "leave"])? {
                Some("leave") => OwnAccess::Leave,
                _ => OwnAccess::Keep,
            },
        })
    }
}

/// What was given.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shared {
    feature_code: String,
    mandate_id: String,
    instance_id: String,
    user_id: String,
    role: String,
    /// Always true: who was to have access has it.
    shared: bool,
    /// Whether the caller's own access went.
    handed_over: bool,
    /// The change, to be looked up under `/api/store/changes/{id}`.
    change: String,
}

/// Gives a colleague access to an instance, or another role there.
#[utoipa::path(
    post,
    path = "/api/store/instances/{id}/accesses",
    operation_id = "post_access",
    params(
        ("id" = String, Path, description = "The instance"),
        ("Idempotency-Key" = Option<String>, Header, description = "1–255 visible characters, bare or quoted; kept for 7 days, or as the operator set it"),
    ),
    request_body = ShareBody,
    responses(
        (status = 200, description = "The colleague has access", body = Shared),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`mandate-closed` or `not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`instance-not-found`, `colleague-not-found`, `role-not-found`, or `no-access` of who would hand over", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`access-held`, `change-pending` or `request-in-progress`", body = ProblemDocument, content_type = "application/problem+json"),
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
    JsonBody { value, fingerprint }: JsonBody<ShareBody>,
) -> Result<Response, Problem> {
    let hand_over = value.own_access == OwnAccess::Leave;
    // One access cannot come and go in the same moment.
    if hand_over && value.user_id == caller.user_id {
        return Err(FieldFault::new(Place::Body, "ownAccess", FaultKind::Exclusive { other: "userId" }).into());
    }
    let key = key.of_resource(&Method::POST, &instance_id, &fingerprint);
    let request = Share {
        mandate_id: value.mandate_id,
        instance_id,
        colleague_id: value.user_id.clone(),
        role: value.role.clone(),
        hand_over,
    };
    let admit = limits.admission(Class::Share, &caller.user_id);
    let answered = desk.share(&caller, request, key, &admit).await;
    match answered.map_err(|error| desk_problem(error, Class::Share))? {
        Answered::Granted(change) => {
            let decision = decision_header::of(&change);
            let mut response = Json(Shared::of(change, value.user_id, value.role)).into_response();
            response.headers_mut().extend(decision);
            Ok(response)
        }
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}

impl Shared {
    fn of(change: ChangeRecord, user_id: String, role: String) -> Self {
        Self {
            feature_code: change.feature_code,
            mandate_id: change.mandate_id,
            instance_id: change.instance_id,
            user_id,
            role,
            shared: true,
            handed_over: change.batch.is_some(),
            change: change.id,
        }
    }
}
