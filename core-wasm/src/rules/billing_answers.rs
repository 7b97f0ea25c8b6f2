//! Rule: billing answers: the oldest unresolved operation is not in doubt for long.

use crate::{reason::Reason, settings::DOUBT_LIMIT, situation::Activation};

/// Speaks against adding to a billable subscription while nobody knows what its last operation did.
#[must_use]
pub fn billing_answers(activation: &Activation<'_>) -> Option<Reason> {
    let (subscription, _) = activation.billable()?;
    let since = subscription.in_doubt_since?;
    (activation.now.saturating_sub(since) > DOUBT_LIMIT).then_some(Reason::BillingUnavailable { since: Some(since) })
}
