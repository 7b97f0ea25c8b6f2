//! The money ledger: every quantity change and every invoice line with its time. What tests take for the truth.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    model::{InvoiceStatus, Line, Origin, ProrationBehavior},
    state::State,
};

/// A quantity that became another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantityChange {
    /// When it was applied, UTC milliseconds.
    pub at_ms: i64,
    /// The subscription.
    pub subscription: String,
    /// The subscription item.
    pub item: String,
    /// The quantity before; 0 for an item that is new.
    pub from: u64,
    /// The quantity after; 0 for an item that is gone.
    pub to: u64,
    /// The request's id and idempotency key; none for an edit by hand.
    #[serde(flatten)]
    pub origin: Origin,
    /// The subscription's metadata after the change.
    pub metadata: BTreeMap<String, String>,
    /// What the request said about prorations.
    pub proration_behavior: ProrationBehavior,
    /// The instant the request named for prorations, UTC seconds.
    pub proration_date: Option<i64>,
}

/// An invoice with its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerInvoice {
    /// The invoice's id.
    pub id: String,
    /// The subscription billed.
    pub subscription: String,
    /// The customer billed.
    pub customer: String,
    /// When it was made, UTC seconds.
    pub created: i64,
    /// `subscription_create`, `subscription_cycle` or `subscription_update`.
    pub billing_reason: String,
    /// Whether it is paid, open or void.
    pub status: InvoiceStatus,
    /// Sum of the lines in minor units.
    pub total: i64,
    /// What was asked of the card, minor units.
    pub amount_due: i64,
    /// What the card paid, minor units.
    pub amount_paid: i64,
    /// The lines.
    pub lines: Vec<Line>,
}

/// All that was changed and billed since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Oldest first.
    pub quantity_changes: Vec<QuantityChange>,
    /// Oldest first, void ones included.
    pub invoices: Vec<LedgerInvoice>,
    /// Prorations that wait for the next invoice.
    pub pending_lines: Vec<Line>,
}

impl Ledger {
    pub(crate) fn of(state: &State) -> Self {
        let invoices = state.invoices.oldest_first().map(|invoice| LedgerInvoice {
            id: invoice.id.clone(),
            subscription: invoice.subscription.clone(),
            customer: invoice.customer.clone(),
            created: invoice.created,
            billing_reason: invoice.billing_reason.clone(),
            status: invoice.status,
            total: invoice.total,
            amount_due: invoice.amount_due,
            amount_paid: invoice.amount_paid,
            lines: invoice.lines.clone(),
        });
        Self {
            quantity_changes: state.quantity_changes.clone(),
            invoices: invoices.collect(),
            pending_lines: state.pending_lines.clone(),
        }
    }

    /// Every line that bills an item: those of invoices that are not void, and those that wait.
    pub fn lines<'a>(&'a self, item: &'a str) -> impl Iterator<Item = &'a Line> {
        let invoiced = self.invoices.iter().filter(|invoice| invoice.status != InvoiceStatus::Void);
        invoiced.flat_map(|invoice| &invoice.lines).chain(&self.pending_lines).filter(move |line| line.item == item)
    }

    /// Unit-seconds billed for an item: quantity × length of every charge, less that of every credit.
    /// Lines of price 0 count too.
    #[must_use]
    pub fn billed_unit_seconds(&self, item: &str) -> i64 {
        self.lines(item)
            .map(|line| {
                let seconds = i64::try_from(line.quantity).unwrap_or(i64::MAX).saturating_mul(line.end - line.start);
                if line.credit { -seconds } else { seconds }
            })
            .sum()
    }
}
