//! Which subscription is in force: by status and dates, one rule used everywhere.

use crate::{
    decision::ShownSubscription,
    facts::{SubscriptionFacts, SubscriptionStatus},
};

/// Whether the subscription is in force at the instant.
#[must_use]
pub fn is_operative(subscription: &SubscriptionFacts, now: i64) -> bool {
    let by_status = match subscription.status {
        SubscriptionStatus::Active | SubscriptionStatus::PastDue => true,
        SubscriptionStatus::Trialing => subscription.trial_ends_at.is_none_or(|end| now < end),
        SubscriptionStatus::Pending
        | SubscriptionStatus::Scheduled
        | SubscriptionStatus::Unpaid
        | SubscriptionStatus::Paused
        | SubscriptionStatus::Canceled
        | SubscriptionStatus::Expired => false,
    };
    by_status
        && subscription.starts_at.is_none_or(|start| start <= now)
        && subscription.ends_at.is_none_or(|end| now < end)
}

/// The first subscription in force, with its place in the list.
#[must_use]
pub fn first(subscriptions: &[SubscriptionFacts], now: i64) -> Option<(u32, &SubscriptionFacts)> {
    (0_u32..).zip(subscriptions).find(|(_, subscription)| is_operative(subscription, now))
}

/// The subscription that represents the mandate: the one in force, else the latest (the last in order).
#[must_use]
pub fn shown(subscriptions: &[SubscriptionFacts], now: i64) -> Option<ShownSubscription> {
    match first(subscriptions, now) {
        Some((index, _)) => Some(ShownSubscription { index, operative: true }),
        None => (0_u32..).zip(subscriptions).last().map(|(index, _)| ShownSubscription { index, operative: false }),
    }
}
