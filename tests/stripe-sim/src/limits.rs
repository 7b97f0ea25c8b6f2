//! Stripe's limits per subscription: 10 new invoices a minute, 20 a day, 200 quantity updates an hour.

use serde::{Deserialize, Serialize};

use crate::{errors::StripeError, model::Subscription};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The limits in force for every subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Off: nothing is counted against.
    pub enabled: bool,
    /// New invoices within 60 seconds.
    pub invoices_per_minute: usize,
    /// New invoices within 24 hours.
    pub invoices_per_day: usize,
    /// Quantity updates within 60 minutes.
    pub quantity_updates_per_hour: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { enabled: true, invoices_per_minute: 10, invoices_per_day: 20, quantity_updates_per_hour: 200 }
    }
}

impl Limits {
    /// Refuses an update that would be one too many.
    pub(crate) fn check(
        &self,
        subscription: &Subscription,
        now_ms: i64,
        new_invoice: bool,
        quantity_update: bool,
    ) -> Result<(), StripeError> {
        if !self.enabled {
            return Ok(());
        }
        let within = |times: &[i64], span: i64| times.iter().filter(|at| now_ms - **at < span).count();
        let refused = if new_invoice && within(&subscription.invoices_made, MINUTE_MS) >= self.invoices_per_minute {
            Some("invoices per minute")
        } else if new_invoice && within(&subscription.invoices_made, DAY_MS) >= self.invoices_per_day {
            Some("invoices per day")
        } else if quantity_update && within(&subscription.quantity_updates, HOUR_MS) >= self.quantity_updates_per_hour {
            Some("quantity updates per hour")
        } else {
            None
        };
        refused.map_or(Ok(()), |what| Err(StripeError::rate_limit(what)))
    }
}

/// Drops times that no limit looks at any more.
pub(crate) fn forget_old(times: &mut Vec<i64>, now_ms: i64) {
    times.retain(|at| now_ms - *at < DAY_MS);
}
