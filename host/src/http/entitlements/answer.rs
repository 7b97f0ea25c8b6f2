//! What a user may use in a mandate, as it is answered.

use axum::{
    Json,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use core_wasm::decision::ShownState;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    entitlements::{Check, EntitledInstance, Entitlement},
    http::{etag, instant::iso_with_millis},
};

/// What a user may use in a mandate.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct EntitlementAnswer {
    user_id: String,
    mandate_id: String,
    /// Whether the user can use anything of what was asked about now.
    entitled: bool,
    /// The instances to which the user has access; none for whoever is no member.
    instances: Vec<EntitledInstanceAnswer>,
    /// The next instant at which time alone may change the answer; `null` = never.
    valid_until: Option<String>,
}

/// An instance to which the user has access.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EntitledInstanceAnswer {
    instance_id: String,
    feature_code: String,
    label: Option<String>,
    /// `reserved`, `active`, `disabled` or `suspended`.
    #[schema(value_type = String)]
    state: ShownState,
    /// Whether the user can use it now.
    usable: bool,
    /// Whether the user's access to it is switched on, whatever the instance's state.
    access_enabled: bool,
    /// Labels of the user's roles there.
    roles: Vec<String>,
}

impl EntitlementAnswer {
    /// The answer to a check.
    pub(super) fn new(check: Check, entitlement: Entitlement) -> Self {
        Self {
            user_id: check.user_id,
            mandate_id: check.mandate_id,
            entitled: entitlement.is_entitled(),
            instances: entitlement.instances.into_iter().map(EntitledInstanceAnswer::from).collect(),
            valid_until: entitlement.valid_until.and_then(iso_with_millis),
        }
    }

    /// The answer under its tag; 304 when the caller has it.
    pub(super) fn tagged(self, request: &HeaderMap) -> Response {
        let said = serde_json::to_string(&self).unwrap_or_default();
        etag::tagged(request, &etag::weak(&[&said]), || Json(self).into_response())
    }
}

impl From<EntitledInstance> for EntitledInstanceAnswer {
    fn from(instance: EntitledInstance) -> Self {
        let EntitledInstance { instance_id, feature_code, label, state, usable, access_enabled, roles } = instance;
        Self { instance_id, feature_code, label, state, usable, access_enabled, roles }
    }
}
