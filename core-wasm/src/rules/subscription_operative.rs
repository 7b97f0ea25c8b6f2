//! Rule: a subscription is in force.

use crate::{facts::SubscriptionStatus, reason::Reason, situation::Activation, terms::operative::is_operative};

/// Speaks against a mandate without a subscription in force, and tells what the latest one is.
#[must_use]
pub fn subscription_operative(activation: &Activation<'_>) -> Option<Reason> {
    let subscriptions = &activation.mandate?.subscriptions;
    if subscriptions.iter().any(|subscription| is_operative(subscription, activation.now)) {
        return None;
    }
    let latest = subscriptions.last();
    let trial_ended_at = latest
        .filter(|subscription| subscription.status == SubscriptionStatus::Trialing)
        .and_then(|subscription| subscription.trial_ends_at)
        .filter(|end| *end <= activation.now);
    Some(Reason::NoSubscription { latest: latest.map(|subscription| subscription.status), trial_ended_at })
}
