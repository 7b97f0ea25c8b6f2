//! `GET /api/store/instances`: everything there is in one mandate, for its admins.

use std::sync::Arc;

use axum::{Json, extract::State};
use core_wasm::decision::ShownState;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    instant::iso,
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    request::{FieldFault, Fields, FromFields, Query},
};
use crate::activation::{Answered, Caller, Desk, InventoryView};

/// Which mandate.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) mandate_id: String,
}

impl FromFields for Asked {
    const NAMES: &'static [&'static str] = &["mandateId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self { mandate_id: fields.id("mandateId")? })
    }
}

/// An instance as the admins of its mandate see it. Instants are ISO 8601 in UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Instance {
    instance_id: String,
    feature_code: String,
    label: Option<String>,
    /// `reserved`, `active`, `disabled`, `suspended`, `leaving` or `ended`.
    #[schema(value_type = String)]
    state: ShownState,
    /// Active since.
    since: Option<String>,
    ended_at: Option<String>,
    /// An ended instance can be restored until then.
    restorable_until: Option<String>,
    /// Who activated it, or ended it.
    by: Option<String>,
    /// How many users have access.
    users: i64,
    /// What it costs per billing period.
    price: Option<Price>,
}

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Price {
    /// In the currency's minor unit (hundredths).
    minor: i64,
    /// ISO 4217.
    currency: String,
}

impl From<(i64, String)> for Price {
    fn from((minor, currency): (i64, String)) -> Self {
        Self { minor, currency }
    }
}

/// Lists the instances.
#[utoipa::path(
    get,
    path = "/api/store/instances",
    operation_id = "get_instances",
    params(("mandateId" = String, Query, description = "The mandate")),
    responses(
        (status = 200, description = "Living instances in the order they were made, then ended ones", body = Vec<Instance>),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`mandate-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
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
    Query(asked): Query<Asked>,
) -> Result<Json<Vec<Instance>>, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    match desk.instances(&caller, &asked.mandate_id).await? {
        Answered::Granted(views) => Ok(Json(views.into_iter().map(Instance::from).collect())),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}

impl From<InventoryView> for Instance {
    fn from(view: InventoryView) -> Self {
        Self {
            instance_id: view.instance_id,
            feature_code: view.feature_code,
            label: view.label,
            state: view.state,
            since: view.since.and_then(iso),
            ended_at: view.ended_at.and_then(iso),
            restorable_until: view.restorable_until.and_then(iso),
            by: view.by,
            users: view.users,
            price: view.price.map(Price::from),
        }
    }
}
