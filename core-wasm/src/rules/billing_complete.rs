//! Rule: a billable plan has its billing set up.

use crate::{
    reason::{BillingGap, Reason},
    situation::Activation,
};

/// Speaks against a billable plan that cannot be billed correctly, and names every gap.
#[must_use]
pub fn billing_complete(activation: &Activation<'_>) -> Option<Reason> {
    let (subscription, plan) = activation.billable()?;
    let missing: Vec<BillingGap> = [
        (BillingGap::Connection, !activation.billing_connected),
        (BillingGap::Subscription, !subscription.has_stripe_subscription),
        (BillingGap::Item, !subscription.has_stripe_item),
        (BillingGap::Price, subscription.price_at_odds),
        (BillingGap::Difference, subscription.stripe_differs),
        (BillingGap::Currency, !plan.currency.eq_ignore_ascii_case(&activation.settings.currency)),
    ]
    .into_iter()
    .filter_map(|(gap, is_open)| is_open.then_some(gap))
    .collect();
    (!missing.is_empty()).then_some(Reason::BillingIncomplete { missing })
}
