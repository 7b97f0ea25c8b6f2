//! How far the deletion of a mandate is.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{directory::Closing, http::instant::iso_with_millis};

/// Seconds after which looking again makes sense.
const LOOK_AGAIN: HeaderValue = HeaderValue::from_static("2");

/// A deletion under way.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ClosingAnswer {
    since: Option<String>,
    /// Instances that are still there.
    instances: i64,
    /// Changes that wait for billing, and operations without an outcome.
    open: i64,
    /// What Stripe may still charge for.
    subscriptions: Vec<SubscriptionAnswer>,
}

#[derive(Debug, Serialize)]
struct SubscriptionAnswer {
    id: String,
    /// The quantity that Stripe confirmed last; `null`: not known yet.
    quantity: Option<i64>,
}

/// The answer while it is under way.
pub(super) fn answer(status: StatusCode, closing: Closing) -> Response {
    let subscriptions = closing.quantities.into_iter().map(|(id, quantity)| SubscriptionAnswer { id, quantity });
    let answer = ClosingAnswer {
        since: iso_with_millis(closing.since),
        instances: closing.instances,
        open: closing.open,
        subscriptions: subscriptions.collect(),
    };
    (status, [(header::RETRY_AFTER, LOOK_AGAIN)], Json(answer)).into_response()
}
