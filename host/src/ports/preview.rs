//! What a change of quantity costs: as the provider previews it, and as it billed it in the end.

use core_wasm::settings::Gate;

use super::{billing::BillingTarget, clock::Millis};

/// A change of quantity, to be previewed or, once it was carried out, to be found on the bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repricing {
    /// Where.
    pub target: BillingTarget,
    /// The quantity before.
    pub from: i64,
    /// The absolute quantity afterwards.
    pub to: i64,
    /// From when on it is charged or credited; the provider bills by the second.
    pub at: Millis,
    /// With `payment` the prorated amount is invoiced at once.
    pub gate: Gate,
}

/// What the provider says a change of quantity would cost. Money is in minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// ISO 4217, upper case.
    pub currency: String,
    /// What the change itself is billed with.
    pub prorations: Vec<InvoiceLine>,
    /// What the item is billed with in the next period, and what else the invoices hold: sums, so that all lines of an
    /// invoice make up its subtotal.
    pub others: Vec<InvoiceLine>,
    /// What is charged at once: 0 where the prorated amount waits for the next invoice.
    pub due_now: i64,
    /// The next regular invoice; `None` where the provider does not tell it whole.
    pub next: Option<NextInvoice>,
    /// How taxes are told; `None` where the provider computes none.
    pub tax: Option<TaxBehavior>,
}

/// A line of an invoice, as far as the change goes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InvoiceLine {
    /// What it is for.
    pub kind: LineKind,
    /// Minor units, negative for a credit; with taxes as the price has them.
    pub amount: i64,
    /// How many instances; `None` for a sum.
    pub quantity: Option<i64>,
    /// The time billed, from and until before; `None` for a sum.
    pub period: Option<(Millis, Millis)>,
    /// On the invoice that is made at once, in contrast to the next one.
    pub at_once: bool,
}

/// What a line of an invoice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// Gives back the unused time of the quantity before.
    Unused,
    /// Charges the remaining time of the quantity afterwards.
    Remaining,
    /// The next whole period.
    Period,
    /// What the invoice holds besides, such as earlier changes of this period.
    Other,
}

impl LineKind {
    /// The word shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::Remaining => "remaining",
            Self::Period => "period",
            Self::Other => "other",
        }
    }
}

/// The next regular invoice, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NextInvoice {
    /// When it is made.
    pub at: Millis,
    /// Sum of its lines.
    pub subtotal: i64,
    /// All taxes on it, included or not.
    pub tax: i64,
    /// What it comes to.
    pub total: i64,
}

/// Whether amounts hold their taxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaxBehavior {
    /// They do.
    Inclusive,
    /// Taxes come on top.
    Exclusive,
    /// Nobody says.
    Unknown,
}

impl TaxBehavior {
    /// The word shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inclusive => "inclusive",
            Self::Exclusive => "exclusive",
            Self::Unknown => "unknown",
        }
    }
}

/// Sum of some lines.
#[must_use]
pub fn sum(lines: &[InvoiceLine]) -> i64 {
    lines.iter().fold(0, |sum: i64, line| sum.saturating_add(line.amount))
}
