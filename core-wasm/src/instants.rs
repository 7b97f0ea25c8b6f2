//! When an answer changes by time alone: the instants at which the rules turn, found from the facts without deciding.
//!
//! Every rule that reads `now` has its instant in here. What is answered now is answered until just before the next one,
//! as long as the facts stay as they are; a property test holds the rules to it.

use crate::{
    facts::{MandateFacts, SubscriptionFacts, SubscriptionStatus},
    settings::{BUDGET_WINDOW, DOUBT_LIMIT, Gate, Settings},
};

/// The next instant after `now` at which an answer about the mandate may be another: about activating, giving up or
/// restoring. `ended` are the instants at which restorable instances ended. `None`: never.
#[must_use]
pub fn next(
    now: i64,
    mandate: &MandateFacts,
    ended: impl IntoIterator<Item = i64>,
    settings: &Settings,
) -> Option<i64> {
    let of_subscriptions =
        mandate.subscriptions.iter().flat_map(|subscription| of_subscription(subscription, settings));
    let of_restores = ended.into_iter().map(|at| at.saturating_add(settings.restore_window));
    of_subscriptions.chain(of_restores).filter(|at| *at > now).min()
}

/// When a subscription comes into force or ends, and when billing stops or begins to be in its way.
fn of_subscription(subscription: &SubscriptionFacts, settings: &Settings) -> impl Iterator<Item = i64> {
    let by_status = match subscription.status {
        SubscriptionStatus::Active | SubscriptionStatus::PastDue => {
            [subscription.starts_at, subscription.ends_at, None]
        }
        SubscriptionStatus::Trialing => [subscription.starts_at, subscription.ends_at, subscription.trial_ends_at],
        SubscriptionStatus::Pending
        | SubscriptionStatus::Scheduled
        | SubscriptionStatus::Unpaid
        | SubscriptionStatus::Paused
        | SubscriptionStatus::Canceled
        | SubscriptionStatus::Expired => [None, None, None],
    };
    // In doubt for longer than the limit: one millisecond more than it.
    let doubted = subscription.in_doubt_since.map(|since| since.saturating_add(DOUBT_LIMIT).saturating_add(1));
    by_status.into_iter().flatten().chain(doubted).chain(room_for_an_invoice(subscription, settings))
}

/// When the invoice stops to count that has to for there to be room for another.
fn room_for_an_invoice(subscription: &SubscriptionFacts, settings: &Settings) -> Option<i64> {
    if settings.gate != Gate::Payment {
        return None;
    }
    let room = usize::try_from(settings.invoice_budget.max(1)).unwrap_or(usize::MAX);
    subscription.invoices.iter().rev().nth(room.saturating_sub(1)).map(|made| made.saturating_add(BUDGET_WINDOW))
}
