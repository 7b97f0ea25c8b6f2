//! A quote as answers show it.

use serde::Serialize;
use utoipa::ToSchema;

use super::instant::iso;
use crate::ports::{preview::InvoiceLine, store::quote::QuoteRecord};

/// What a wish would cost. Money is in the currency's minor unit, instants are ISO 8601 in UTC.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct QuoteAnswer {
    id: String,
    /// It can be used before.
    expires_at: Option<String>,
    /// From when on it is charged or credited, if it is used.
    effective_at: Option<String>,
    /// `stripe`: its own preview. `list`: the plan's price, because billing has no say or cannot be asked; then only
    /// `perPeriod` says something.
    source: &'static str,
    /// ISO 4217.
    currency: String,
    /// What is charged at once: with the gate `payment`.
    due_now: i64,
    /// The next invoice; null where it is not known.
    next_invoice: Option<NextInvoiceAnswer>,
    per_period: PerPeriod,
    /// `inclusive`, `exclusive` or `unknown`: whether amounts hold their taxes.
    tax_behavior: &'static str,
    lines: Vec<LineAnswer>,
    /// `quantity` or `payment`: what billing must confirm before it can be used; null where nothing waits for billing.
    gate: Option<&'static str>,
}

/// The next regular invoice.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct NextInvoiceAnswer {
    at: Option<String>,
    subtotal: i64,
    tax: i64,
    total: i64,
}

/// What all instances together cost in a whole period, by the plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PerPeriod {
    before: i64,
    after: i64,
}

/// A line of an invoice.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LineAnswer {
    /// `unused` time given back, `remaining` time charged, the next `period`, or `other`.
    kind: &'static str,
    /// Negative for a credit.
    amount: i64,
    /// How many instances; null for a sum.
    quantity: Option<i64>,
    /// The time billed, from.
    from: Option<String>,
    /// The time billed, until before.
    until: Option<String>,
    /// On which invoice: `now` or `next`.
    invoice: &'static str,
}

impl From<QuoteRecord> for QuoteAnswer {
    fn from(quote: QuoteRecord) -> Self {
        let offer = quote.offer;
        Self {
            id: quote.id,
            expires_at: iso(quote.expires_at),
            effective_at: iso(offer.at),
            source: offer.source.as_str(),
            currency: offer.currency,
            due_now: offer.due_now,
            next_invoice: offer.next.map(|next| NextInvoiceAnswer {
                at: iso(next.at),
                subtotal: next.subtotal,
                tax: next.tax,
                total: next.total,
            }),
            per_period: PerPeriod { before: offer.period_before, after: offer.period_after },
            tax_behavior: offer.tax.as_str(),
            lines: offer.lines.into_iter().map(LineAnswer::from).collect(),
            gate: offer.gate.map(core_wasm::settings::Gate::as_str),
        }
    }
}

impl From<InvoiceLine> for LineAnswer {
    fn from(line: InvoiceLine) -> Self {
        Self {
            kind: line.kind.as_str(),
            amount: line.amount,
            quantity: line.quantity,
            from: line.period.and_then(|(from, _)| iso(from)),
            until: line.period.and_then(|(_, until)| iso(until)),
            invoice: if line.at_once { "now" } else { "next" },
        }
    }
}
