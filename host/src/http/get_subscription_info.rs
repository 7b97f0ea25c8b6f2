//! `GET /api/store/subscription-info`: plan, limits and use of a mandate.

use std::sync::Arc;

use axum::{Json, extract::State};
use core_wasm::facts::SubscriptionStatus;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::{
    get_instances::Price,
    instant::iso,
    limits::{Class, Limits},
    mandate_query::MandateQuery,
    problem::{Problem, ProblemDocument},
    request::Query,
};
use crate::{
    activation::{Answered, Caller, Desk, SubscriptionInfo},
    ports::store::snapshot::{PlanRecord, SubscriptionRecord},
};

/// The subscription in force, else the latest; nulls where there is none, or where its plan sets no limit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Info {
    /// Key of the plan.
    plan: Option<String>,
    /// Status of the subscription, such as `ACTIVE`.
    #[schema(value_type = Option<String>)]
    status: Option<SubscriptionStatus>,
    #[serde(rename = "maxDataVolumeMB")]
    max_data_volume_mb: Option<i64>,
    max_feature_instances: Option<i64>,
    /// In units of the currency, not in hundredths: `29.5`.
    #[serde(rename = "budgetAiCHF")]
    #[schema(value_type = Option<f64>)]
    budget_ai_chf: Option<Number>,
    /// Instances that count for the limit.
    current_feature_instances: i64,
    /// ISO 8601 in UTC.
    trial_ends_at: Option<String>,
    /// Whether the last comparison with the billing provider found no difference; null when there was none.
    billing_in_sync: Option<bool>,
    /// When that was, ISO 8601 in UTC.
    billing_checked_at: Option<String>,
    /// Label of the plan.
    plan_label: Option<String>,
    /// `NONE`, `MONTHLY` or `YEARLY`.
    billing_period: Option<String>,
    /// List price of one instance per billing period; null where the plan has none.
    price: Option<Price>,
    /// Whether the price is said to hold its taxes.
    price_includes_tax: Option<bool>,
    /// Instances on the bill; null while no subscription is in force.
    billed_instances: Option<i64>,
    /// What they cost per billing period by the list; null while no subscription is in force, or where there is no price.
    bill: Option<Price>,
    /// End of the present billing period, ISO 8601 in UTC; null where the billing provider did not tell it yet.
    current_period_end: Option<String>,
}

/// Shows the subscription.
#[utoipa::path(
    get,
    path = "/api/store/subscription-info",
    operation_id = "get_subscription_info",
    params(("mandateId" = Option<String>, Query, description = "Without it, or empty: the first mandate that the caller administers")),
    responses(
        (status = 200, description = "The subscription in force, else the latest", body = Info),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
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
    Query(query): Query<MandateQuery>,
) -> Result<Json<Info>, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    match desk.subscription_info(&caller, query.mandate_id.as_deref()).await? {
        Answered::Granted(info) => Ok(Json(Info::from(info))),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}

impl From<SubscriptionInfo> for Info {
    fn from(info: SubscriptionInfo) -> Self {
        let subscription: Option<&SubscriptionRecord> = info.subscription.as_ref();
        let plan: Option<&PlanRecord> = subscription.and_then(|subscription| subscription.plan.as_ref());
        let price = plan.and_then(|plan| Some((plan.price_minor?, plan.currency.clone())));
        let billed = subscription.filter(|_| info.in_force).map(|subscription| subscription.billed);
        let bill = price
            .as_ref()
            .zip(billed)
            .map(|((minor, currency), billed)| (minor.saturating_mul(billed), currency.clone()));
        Self {
            plan_label: plan.and_then(|plan| plan.label.clone()),
            billing_period: plan.map(|plan| plan.billing_period.clone()),
            price: price.map(Price::from),
            price_includes_tax: plan.map(|plan| plan.price_includes_tax),
            billed_instances: billed,
            bill: bill.map(Price::from),
            current_period_end: subscription.and_then(|subscription| subscription.period_ends_at).and_then(iso),
            plan: subscription.map(|subscription| subscription.plan_key.clone()),
            status: subscription.map(|subscription| subscription.status),
            max_data_volume_mb: plan.and_then(|plan| plan.max_data_volume_mb),
            max_feature_instances: plan.and_then(|plan| plan.max_instances),
            budget_ai_chf: plan.and_then(|plan| plan.budget_ai_minor).and_then(units),
            current_feature_instances: info.counted,
            trial_ends_at: subscription.and_then(|subscription| subscription.trial_ends_at).and_then(iso),
            billing_in_sync: subscription.and_then(|subscription| subscription.in_sync),
            billing_checked_at: subscription.and_then(|subscription| subscription.checked_at).and_then(iso),
        }
    }
}

/// Hundredths as a number of units: 1000 as `10`, 2950 as `29.5`, as the gateway wrote it.
fn units(minor: i64) -> Option<Number> {
    if minor % 100 == 0 {
        return Some(Number::from(minor / 100));
    }
    #[expect(clippy::cast_precision_loss, reason = "two decimals of any real budget are exact enough for a display")]
    Number::from_f64(minor as f64 / 100.0)
}
