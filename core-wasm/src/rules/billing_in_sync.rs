//! Rule: Stripe bills as many instances as there are, so that nothing is billed in silence.

use crate::{reason::Reason, situation::Activation};

/// Speaks against adding to a billable subscription whose confirmed quantity differs from what belongs on the bill. A
/// quantity that was never read is no difference: it is read before the first operation.
#[must_use]
pub fn billing_in_sync(activation: &Activation<'_>) -> Option<Reason> {
    let (subscription, _) = activation.billable()?;
    let confirmed = subscription.confirmed_quantity?;
    let counted = subscription.billed;
    (confirmed != counted).then_some(Reason::BillingOutOfSync { confirmed, counted })
}
