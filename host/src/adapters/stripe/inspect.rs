//! Reads everything about a subscription that ours has to agree with.

use core_wasm::facts::SubscriptionStatus;

use super::{
    read::{retrieve, unusable},
    subscription::{Item, MANDATE, OPERATION, Price, Subscription},
    transport::Transport,
};
use crate::ports::{
    billing::{InspectedItem, Inspection, ReadError},
    clock::Millis,
};

pub(super) async fn inspect(transport: &Transport, subscription: &str) -> Result<Inspection, ReadError> {
    let body = retrieve(transport, subscription).await?;
    Subscription::parse(&body).map(inspection).ok_or_else(|| unusable("the answer is not a subscription"))
}

fn inspection(subscription: Subscription) -> Inspection {
    let Subscription { status, items, metadata, .. } = subscription;
    let mut metadata = metadata.unwrap_or_default();
    Inspection {
        status: status_of(&status),
        trial_ends_at: subscription.trial_end.map(millis),
        cancels_at: subscription.cancel_at.map(millis),
        ended_at: subscription.ended_at.map(millis),
        items: items.data.into_iter().map(item).collect(),
        has_more_items: items.has_more == Some(true),
        last_operation_id: metadata.remove(OPERATION),
        mandate_id: metadata.remove(MANDATE),
        has_schedule: subscription.schedule.is_some(),
        has_pending_update: subscription.pending_update.is_some(),
        is_charged_automatically: subscription.collection_method.as_deref() == Some("charge_automatically"),
        has_exact_credits: subscription.billing_mode.is_some_and(|mode| mode.kind == "flexible"),
        is_live: subscription.livemode == Some(true),
    }
}

fn item(item: Item) -> InspectedItem {
    InspectedItem {
        id: item.id,
        quantity: item.quantity,
        price: item.price.as_ref().and_then(Price::minor),
        price_id: item.price.and_then(|price| price.id),
        period: item
            .current_period_start
            .zip(item.current_period_end)
            .map(|(from, until)| (millis(from), millis(until))),
    }
}

/// Our word for Stripe's. A subscription whose first payment is open has not begun.
pub(super) fn status_of(word: &str) -> Option<SubscriptionStatus> {
    Some(match word {
        "active" => SubscriptionStatus::Active,
        "trialing" => SubscriptionStatus::Trialing,
        "past_due" => SubscriptionStatus::PastDue,
        "unpaid" => SubscriptionStatus::Unpaid,
        "paused" => SubscriptionStatus::Paused,
        "canceled" => SubscriptionStatus::Canceled,
        "incomplete" => SubscriptionStatus::Pending,
        "incomplete_expired" => SubscriptionStatus::Expired,
        _ => return None,
    })
}

fn millis(seconds: i64) -> Millis {
    seconds.saturating_mul(1000)
}
