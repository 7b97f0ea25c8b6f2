//! `GET /api/store/features`: everything the store offers, with the caller's instances.

use std::sync::Arc;

use axum::{Json, extract::State};
use core_wasm::{decision::ShownState, texts::Locale};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    limits::{Class, Limits},
    mandate_query::MandateQuery,
    problem::{Problem, ProblemDocument, ReasonAnswer, explain_all},
    request::{Language, Query},
};
use crate::{
    activation::{Caller, Desk, FeatureView, InstanceView},
    ports::store::snapshot::Translations,
};

/// Shown for a feature that has no icon of its own.
pub(super) const ICON: &str = "mdi-puzzle";

/// A feature of the store.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Feature {
    feature_code: String,
    /// By language (`en`, `de`, `fr`, `it`), each optional.
    #[schema(value_type = BTreeMap<String, String>)]
    label: Translations,
    icon: String,
    /// By language, each optional.
    #[schema(value_type = BTreeMap<String, String>)]
    description: Translations,
    /// The caller's instances.
    instances: Vec<Instance>,
    /// Whether the caller can activate it in the mandate asked about, else in at least one.
    can_activate: bool,
    /// Why not; only with `mandateId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<ReasonAnswer>>,
}

/// An instance that the caller has access to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnInstance)]
#[serde(rename_all = "camelCase")]
pub(super) struct Instance {
    instance_id: String,
    mandate_id: String,
    mandate_name: String,
    label: Option<String>,
    /// Whether it can be used now.
    is_active: bool,
    /// `reserved`, `active`, `disabled`, `suspended` or `leaving`.
    #[schema(value_type = String)]
    state: ShownState,
}

/// Lists the features.
#[utoipa::path(
    get,
    path = "/api/store/features",
    operation_id = "get_features",
    params(("mandateId" = Option<String>, Query, description = "Decide for this mandate, and tell the reasons")),
    responses(
        (status = 200, description = "All features of the store, each once, in order", body = Vec<Feature>),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
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
    Query(query): Query<MandateQuery>,
    Language(locale): Language,
) -> Result<Json<Vec<Feature>>, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    let features = desk.features(&caller, query.mandate_id.as_deref()).await?;
    Ok(Json(features.into_iter().map(|view| Feature::shown(view, locale)).collect()))
}

impl Feature {
    fn shown(view: FeatureView, locale: Locale) -> Self {
        Self {
            feature_code: view.feature.code,
            label: view.feature.label,
            icon: view.feature.icon.filter(|icon| !icon.is_empty()).unwrap_or_else(|| ICON.to_owned()),
            description: view.feature.description,
            instances: view.instances.into_iter().map(Instance::from).collect(),
            can_activate: view.can_activate,
            reasons: view.reasons.map(|reasons| explain_all(&reasons, locale)),
        }
    }
}

impl From<InstanceView> for Instance {
    fn from(view: InstanceView) -> Self {
        Self {
            instance_id: view.instance_id,
            mandate_id: view.mandate_id,
            mandate_name: view.mandate_name,
            label: view.label,
            is_active: view.is_active,
            state: view.state,
        }
    }
}
