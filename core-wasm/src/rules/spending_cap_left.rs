//! Rule: the money a month that the mandate's admins allow at most reaches for what is added.

use crate::{facts::BillingPeriod, reason::Reason, situation::Activation};

/// Months of a year: so many cost as much as a yearly price.
const MONTHS: i64 = 12;

/// The largest integer that every runtime holds exactly: no amount that is told is larger.
const LARGEST: i64 = 9_007_199_254_740_991;

/// Speaks against costing more a month than the admins allow. What costs nothing is never stopped. An amount in another
/// currency cannot be compared: nothing that costs money is added until the admins set one that can.
#[must_use]
pub fn spending_cap_left(activation: &Activation<'_>) -> Option<Reason> {
    let (_, plan) = activation.billable()?;
    let mandate = activation.mandate?;
    let cap = mandate.caps.as_ref()?.monthly.as_ref()?;
    let reached = |after| Reason::SpendingCapReached { limit: cap.minor, currency: cap.currency.clone(), after };
    if !plan.currency.eq_ignore_ascii_case(&cap.currency) {
        return Some(reached(None));
    }
    let months = match plan.billing_period {
        Some(BillingPeriod::Yearly) => MONTHS,
        // A price without a period is taken at its dearest.
        Some(BillingPeriod::Monthly) | None => 1,
    };
    let quantity = mandate.counted.saturating_add(activation.adding);
    // Over as many months as the price is for, so that nothing is divided; twice as wide, so that nothing is cut.
    let costs = i128::from(quantity).wrapping_mul(i128::from(plan.price?));
    if costs <= i128::from(cap.minor).wrapping_mul(i128::from(months)) {
        return None;
    }
    let costs = i64::try_from(costs).unwrap_or(i64::MAX);
    let after = costs.saturating_add(months.saturating_sub(1)).div_euclid(months);
    Some(reached(Some(after.min(LARGEST))))
}
