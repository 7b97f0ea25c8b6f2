//! Rule: no bill is overdue.

use crate::{facts::SubscriptionStatus, reason::Reason, situation::Activation};

/// Speaks against adding to a billable subscription whose bill is overdue.
#[must_use]
pub fn not_past_due(activation: &Activation<'_>) -> Option<Reason> {
    let (subscription, _) = activation.billable()?;
    (subscription.status == SubscriptionStatus::PastDue).then_some(Reason::SubscriptionPastDue {})
}
