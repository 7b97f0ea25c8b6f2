//! How far apart operations stand that are paid at once, so that the provider's limit of invoices is kept: a pure function.

use core_wasm::settings::Gate;

use super::form::Formed;
use crate::ports::clock::Millis;

/// The least time between two invoices of one subscription, in milliseconds. Stripe makes 10 a minute at most.
pub const INVOICE_SPACING: i64 = 6_000;

/// Until when an operation has to wait that would make an invoice now; `None` when it need not. What waits meanwhile can
/// be carried by it as well.
#[must_use]
pub fn spaced_until(formed: &Formed, last_invoice_at: Option<Millis>, now: Millis) -> Option<Millis> {
    let until = last_invoice_at.filter(|_| formed.gate == Gate::Payment)?.saturating_add(INVOICE_SPACING);
    // A clock that ran ahead keeps nobody waiting for longer than the spacing.
    (until > now).then(|| until.min(now.saturating_add(INVOICE_SPACING)))
}
