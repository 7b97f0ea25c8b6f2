//! Rule: the operator has not paused billing.

use crate::{reason::Reason, situation::Activation};

/// Speaks against adding to a billable subscription while an operator keeps the host from billing anything. What costs
/// nothing goes on.
#[must_use]
pub fn billing_not_paused(activation: &Activation<'_>) -> Option<Reason> {
    activation.billable()?;
    activation.billing_paused.then_some(Reason::BillingPaused {})
}
