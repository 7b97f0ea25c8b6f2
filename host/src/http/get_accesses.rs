//! `GET /api/store/instances/{id}/accesses`: who has access to an instance and which roles can be given, for admins of its
//! mandate.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    get_instances::Asked,
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    request::{PathId, Query},
};
use crate::{
    activation::{AccessesView, Answered, Caller, Desk},
    ports::store::snapshot::AccessRecord,
};

/// The accesses to an instance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Accesses {
    feature_code: String,
    mandate_id: String,
    instance_id: String,
    /// Labels of the roles that can be given, in order.
    roles: Vec<String>,
    /// In the order in which they were given.
    accesses: Vec<Access>,
}

/// An access that somebody has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Access {
    user_id: String,
    /// The name of that user.
    name: String,
    /// Labels of the roles in which the user has access.
    roles: Vec<String>,
    /// One that is switched off opens nothing.
    enabled: bool,
}

/// Lists the accesses.
#[utoipa::path(
    get,
    path = "/api/store/instances/{id}/accesses",
    operation_id = "get_accesses",
    params(
        ("id" = String, Path, description = "The instance"),
        ("mandateId" = String, Query, description = "Its mandate"),
    ),
    responses(
        (status = 200, description = "Who has access, in which roles, and which roles can be given", body = Accesses),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`instance-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
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
    Query(asked): Query<Asked>,
) -> Result<Json<Accesses>, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    match desk.accesses(&caller, &asked.mandate_id, &instance_id).await? {
        Answered::Granted(view) => Ok(Json(Accesses::of(view, asked.mandate_id, instance_id))),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}

impl Accesses {
    fn of(view: AccessesView, mandate_id: String, instance_id: String) -> Self {
        Self {
            feature_code: view.feature_code,
            mandate_id,
            instance_id,
            roles: view.roles,
            accesses: view.accesses.into_iter().map(Access::from).collect(),
        }
    }
}

impl From<AccessRecord> for Access {
    fn from(record: AccessRecord) -> Self {
        Self { user_id: record.user_id, name: record.username, roles: record.roles, enabled: record.enabled }
    }
}
