//! A request for a feature as it is told.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    activation::{Answered, FeatureRequestView},
    http::{
        get_instances::Price,
        instant::iso,
        problem::{Cause, Problem},
    },
    ports::store::feature_request,
};

/// A request of a member for a feature. Instants are ISO 8601 in UTC; prices are for admins, and null for others.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct FeatureRequest {
    id: String,
    mandate_id: String,
    feature_code: String,
    /// Who asked.
    user_id: String,
    /// The name of who asked.
    name: String,
    /// Why, in their words.
    note: Option<String>,
    /// `open`, `approving` (an activation that approves it waits for billing), `approved`, `declined` or `withdrawn`.
    state: &'static str,
    asked_at: Option<String>,
    /// When it was declined, taken back, or the activation that approves it was done.
    settled_at: Option<String>,
    /// The name of who did that.
    settled_by: Option<String>,
    /// What an admin who declined it said.
    answer: Option<String>,
    /// The activation that approves it.
    change: Option<String>,
    /// What one instance cost per period when it was asked for.
    price: Option<Price>,
    /// What one instance costs per period now.
    price_now: Option<Price>,
    /// Whether it costs more now than it did then.
    price_rose: bool,
}

impl From<FeatureRequestView> for FeatureRequest {
    fn from(view: FeatureRequestView) -> Self {
        let FeatureRequestView { request, price_now } = view;
        let feature_request::FeatureRequest { id, mandate_id, feature_code, user_id, username, note, price, .. } =
            request;
        // In another currency nobody can tell which is more: it is looked at anew.
        let price_rose = match (&price, &price_now) {
            (Some(then), Some(now)) => now.1 != then.1 || now.0 > then.0,
            (None, Some(now)) => now.0 > 0,
            (_, None) => false,
        };
        Self {
            id,
            mandate_id,
            feature_code,
            user_id,
            name: username,
            note,
            state: request.state.as_str(),
            asked_at: iso(request.asked_at),
            settled_at: request.settled_at.and_then(iso),
            settled_by: request.settled_by,
            answer: request.answer,
            change: request.change_id,
            price: price.map(Price::from),
            price_now: price_now.map(Price::from),
            price_rose,
        }
    }
}

/// The request as it stands, or why not.
pub(super) fn answer(answered: Answered<FeatureRequestView>) -> Result<Json<FeatureRequest>, Problem> {
    match answered {
        Answered::Granted(view) => Ok(Json(FeatureRequest::from(view))),
        Answered::Refused(reasons) if reasons.is_empty() => Err(Problem::of(Cause::NotFound)),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}
