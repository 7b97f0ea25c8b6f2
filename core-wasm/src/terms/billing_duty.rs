//! What billing must do about a change: gate it, follow it, or nothing; and the absolute quantity afterwards.

use crate::{
    decision::BillingDuty,
    facts::{MandateFacts, PlanFacts, SubscriptionFacts, SubscriptionStatus},
    settings::Gate,
    terms::operative,
};

/// Whether the plan costs money per instance.
#[must_use]
pub fn is_billable(plan: &PlanFacts) -> bool {
    plan.price.is_some_and(|price| price > 0)
}

/// What billing must do about an activation after which `quantity` instances count. The gate holds for what costs money.
#[must_use]
pub fn of_activation(subscription: &SubscriptionFacts, quantity: i64, gate: Gate) -> BillingDuty {
    if subscription.plan.as_ref().is_some_and(is_billable) {
        BillingDuty::Gated { quantity, gate }
    } else if is_bound(subscription) {
        BillingDuty::BestEffort { quantity }
    } else {
        BillingDuty::Nothing
    }
}

/// What billing must do when one instance ends, and at which subscription: the one in force, else the latest that
/// Stripe may still charge for. It is never refused, only retried until it is true.
#[must_use]
pub fn of_ending(mandate: &MandateFacts, now: i64) -> (Option<u32>, BillingDuty) {
    let charged = operative::first(&mandate.subscriptions, now)
        .or_else(|| (0_u32..).zip(&mandate.subscriptions).filter(|(_, subscription)| !is_over(subscription)).last());
    match charged {
        Some((index, subscription)) if is_bound(subscription) => {
            let quantity = mandate.counted.saturating_sub(1).max(0);
            (Some(index), BillingDuty::BestEffort { quantity })
        }
        _ => (None, BillingDuty::Nothing),
    }
}

/// Whether Stripe counts instances for this subscription.
fn is_bound(subscription: &SubscriptionFacts) -> bool {
    subscription.has_stripe_subscription && subscription.has_stripe_item
}

/// Whether Stripe charges nothing more for this subscription.
fn is_over(subscription: &SubscriptionFacts) -> bool {
    matches!(subscription.status, SubscriptionStatus::Canceled | SubscriptionStatus::Expired)
}
