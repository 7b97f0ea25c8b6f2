//! The part of an invoice that we read, previewed or real, and which of its lines a change of quantity is billed with.

use miniserde::Deserialize;

use crate::ports::preview::{InvoiceLine, LineKind, Repricing, TaxBehavior};

/// An invoice.
#[derive(Deserialize)]
pub(super) struct Invoice {
    pub(super) currency: String,
    pub(super) subtotal: i64,
    pub(super) total: i64,
    pub(super) amount_due: i64,
    /// Seconds; of a preview of the next invoice: when it is made.
    pub(super) period_end: i64,
    pub(super) lines: Lines,
    pub(super) total_taxes: Option<Vec<Tax>>,
}

/// The first page of its lines: what waits comes before what is regular, the newest first.
#[derive(Deserialize)]
pub(super) struct Lines {
    pub(super) data: Vec<Line>,
}

/// A line.
#[derive(Deserialize)]
pub(super) struct Line {
    pub(super) amount: i64,
    pub(super) quantity: Option<i64>,
    pub(super) period: Period,
    pub(super) parent: Option<Parent>,
    pub(super) taxes: Option<Vec<Tax>>,
}

/// The time billed, in seconds.
#[derive(Deserialize)]
pub(super) struct Period {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// Where a line comes from.
#[derive(Deserialize)]
pub(super) struct Parent {
    pub(super) subscription_item_details: Option<Origin>,
}

/// The item it bills.
#[derive(Deserialize)]
pub(super) struct Origin {
    pub(super) proration: bool,
    pub(super) subscription_item: Option<String>,
}

/// A tax.
#[derive(Deserialize)]
pub(super) struct Tax {
    pub(super) amount: i64,
    pub(super) tax_behavior: Option<String>,
}

impl Invoice {
    /// Reads an answer's body; `None` when it is something else.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        miniserde::json::from_str(std::str::from_utf8(body).ok()?).ok()
    }

    /// The lines that this change is billed with; none where the quantity stays.
    pub(super) fn prorations(&self, change: &Repricing, at_once: bool) -> Vec<InvoiceLine> {
        if change.from == change.to {
            return Vec::new();
        }
        let at = change.at.div_euclid(1000);
        let dated: Vec<&Line> = self
            .lines
            .data
            .iter()
            .filter(|line| line.is_of(&change.target.item, true) && line.period.start == at)
            .collect();
        let (credits, charges): (Vec<&Line>, Vec<&Line>) = dated
            .into_iter()
            .partition(|line| line.amount < 0 || (line.amount == 0 && line.quantity == Some(change.from)));
        let credits = of_quantity(credits, change.from).into_iter().map(|line| line.shown(LineKind::Unused, at_once));
        let charges = of_quantity(charges, change.to).into_iter().map(|line| line.shown(LineKind::Remaining, at_once));
        credits.chain(charges).collect()
    }

    /// The lines of the item's next whole period.
    pub(super) fn periods(&self, item: &str) -> Vec<&Line> {
        self.lines.data.iter().filter(|line| line.is_of(item, false)).collect()
    }

    /// How its taxes are told, where there are any.
    pub(super) fn tax(&self) -> Option<TaxBehavior> {
        let told = self.lines.data.iter().flat_map(|line| line.taxes.iter().flatten());
        let mut told = told.chain(self.total_taxes.iter().flatten()).filter_map(|tax| tax.tax_behavior.as_deref());
        told.find_map(|word| match word {
            "inclusive" => Some(TaxBehavior::Inclusive),
            "exclusive" => Some(TaxBehavior::Exclusive),
            _ => None,
        })
    }

    /// All its taxes.
    pub(super) fn tax_amount(&self) -> i64 {
        self.total_taxes.iter().flatten().map(|tax| tax.amount).sum()
    }
}

impl Line {
    fn is_of(&self, item: &str, proration: bool) -> bool {
        let origin = self.parent.as_ref().and_then(|parent| parent.subscription_item_details.as_ref());
        origin.is_some_and(|origin| origin.proration == proration && origin.subscription_item.as_deref() == Some(item))
    }

    /// The line in our words.
    pub(super) fn shown(&self, kind: LineKind, at_once: bool) -> InvoiceLine {
        InvoiceLine {
            kind,
            amount: self.amount,
            quantity: self.quantity,
            period: Some((self.period.start.saturating_mul(1000), self.period.end.saturating_mul(1000))),
            at_once,
        }
    }
}

/// Another change of the same second has lines of the same item and instant. Where one has just the quantity in question
/// it is the one; several of that are equal, as an amount follows from quantity and time. Nothing is charged or credited for
/// none.
fn of_quantity(lines: Vec<&Line>, quantity: i64) -> Vec<&Line> {
    match lines.iter().find(|line| line.quantity == Some(quantity)) {
        Some(line) => vec![line],
        None if quantity == 0 => Vec::new(),
        None => lines,
    }
}
