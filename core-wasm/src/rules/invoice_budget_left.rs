//! Rule: where an activation is paid at once, there is room for its invoice.

use crate::{
    reason::Reason,
    settings::{BUDGET_WINDOW, Gate},
    situation::Activation,
};

/// Speaks against an invoice beyond the budget of the subscription, and tells when there is room again.
#[must_use]
pub fn invoice_budget_left(activation: &Activation<'_>) -> Option<Reason> {
    let (subscription, _) = activation.billable()?;
    if activation.settings.gate != Gate::Payment {
        return None;
    }
    let limit = activation.settings.invoice_budget;
    // No setting shuts out everything for ever: a budget below one counts as one.
    let room = usize::try_from(limit.max(1)).unwrap_or(usize::MAX);
    // The newest first: the one that has to leave is the last of those that fill the budget.
    let leaves = |made: &i64| made.saturating_add(BUDGET_WINDOW);
    let filling =
        subscription.invoices.iter().rev().map(leaves).filter(|at| *at > activation.now).nth(room.saturating_sub(1));
    filling.map(|retry_at| Reason::InvoiceBudgetUsed { limit, retry_at })
}
