//! Quotes: what a wish would cost, kept for as long as it is held to.

use async_trait::async_trait;
use core_wasm::settings::Gate;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::ports::{
    clock::Millis,
    preview::{InvoiceLine, NextInvoice, TaxBehavior},
};

/// Keeps quotes.
#[async_trait]
pub trait QuoteStore: Send + Sync {
    /// Writes a quote.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn keep_quote(&self, quote: &QuoteRecord) -> Result<(), StoreError>;

    /// Keeps with an operation what it was billed with, beside what had been quoted. Returns the latter; `None` when the
    /// quote named no such amount.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn keep_billed(&self, billed: &Billed) -> Result<Option<i64>, StoreError>;

    /// Operations that were billed with another amount than was quoted, or nobody knows with which, the newest first, at
    /// most 100.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn misquoted(&self) -> Result<Vec<Misquoted>, StoreError>;
}

/// What a quoted operation was billed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billed {
    /// The operation.
    pub operation_id: String,
    /// The quote of what it carried.
    pub quote_id: String,
    /// Minor units; `None` when it cannot be told.
    pub billed: Option<i64>,
}

/// An operation whose bill is not what was quoted. Money is in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misquoted {
    /// The operation.
    pub operation_id: String,
    /// The mandate.
    pub mandate_id: String,
    /// What was quoted …
    pub quoted: i64,
    /// … and what was billed; `None` when that could not be read.
    pub billed: Option<i64>,
}

/// A quote as it is stored. It holds plain ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteRecord {
    /// Its id.
    pub id: String,
    /// For which mandate.
    pub mandate_id: String,
    /// For whom: nobody else can use it.
    pub user_id: String,
    /// Digest of what is wished.
    pub wish: String,
    /// Digest of all that the offer was made of: while it is the same, so is the offer.
    pub revision: String,
    /// What is offered.
    pub offer: Offer,
    /// When it was made.
    pub created_at: Millis,
    /// It can be used before.
    pub expires_at: Millis,
    /// The change, or the first of the changes, that used it.
    pub used_by: Option<String>,
}

/// What a wish would cost. Money is in minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// From when on it is charged or credited.
    pub at: Millis,
    /// Who says so.
    pub source: OfferSource,
    /// What billing must confirm; `None` when nothing waits for billing.
    pub gate: Option<Gate>,
    /// ISO 4217.
    pub currency: String,
    /// Our id of the subscription that is changed, if billing knows one.
    pub subscription_id: Option<String>,
    /// Billed instances before.
    pub from: i64,
    /// Billed instances afterwards.
    pub to: i64,
    /// What is charged at once.
    pub due_now: i64,
    /// What the change itself comes to within the present period, credits taken off: at once or on the next invoice.
    pub prorated: i64,
    /// The next invoice, where it is known.
    pub next: Option<NextInvoice>,
    /// What a whole period costs before.
    pub period_before: i64,
    /// What a whole period costs afterwards.
    pub period_after: i64,
    /// Whether these amounts hold their taxes.
    pub tax: TaxBehavior,
    /// What the amounts are made of.
    pub lines: Vec<InvoiceLine>,
}

/// Who says what a wish would cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfferSource {
    /// The billing provider's preview.
    Stripe,
    /// The plan's list price.
    List,
}

impl OfferSource {
    /// The word shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stripe => "stripe",
            Self::List => "list",
        }
    }
}

impl Offer {
    /// Whether a customer who agreed to the other one agreed to this one: the same is done to the same subscription, and
    /// every amount that comes from the wish itself is the same. What else is on the next invoice is not part of it.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        let step = |offer: &Self| (offer.to - offer.from, offer.period_after - offer.period_before);
        step(self) == step(other)
            && (self.source, self.gate, self.tax) == (other.source, other.gate, other.tax)
            && (&self.currency, &self.subscription_id) == (&other.currency, &other.subscription_id)
            && (self.due_now, self.prorated) == (other.due_now, other.prorated)
    }
}
