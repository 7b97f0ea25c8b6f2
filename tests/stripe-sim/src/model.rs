//! The simulator's own objects: what is stored, without the many fields that Stripe's answers add.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) type Metadata = BTreeMap<String, String>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) currency: Option<String>,
    /// Negative: credit that the next invoices use up.
    pub(crate) balance: i64,
    pub(crate) invoice_sequence: u64,
    pub(crate) metadata: Metadata,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) active: bool,
    pub(crate) metadata: Metadata,
}

/// How often a price recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// Every day.
    Day,
    /// Every week.
    Week,
    /// Every calendar month.
    Month,
    /// Every calendar year.
    Year,
}

impl Interval {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Price {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) product: String,
    pub(crate) currency: String,
    pub(crate) unit_amount: i64,
    pub(crate) interval: Interval,
    pub(crate) interval_count: i64,
    pub(crate) active: bool,
    pub(crate) nickname: Option<String>,
    pub(crate) lookup_key: Option<String>,
    pub(crate) tax_behavior: String,
    pub(crate) metadata: Metadata,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) price: String,
    pub(crate) quantity: u64,
    pub(crate) metadata: Metadata,
}

/// A subscription's status, as Stripe names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "Stripe's own names")]
pub enum Status {
    Active,
    Canceled,
    Incomplete,
    IncompleteExpired,
    PastDue,
    Paused,
    Trialing,
    Unpaid,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Canceled => "canceled",
            Self::Incomplete => "incomplete",
            Self::IncompleteExpired => "incomplete_expired",
            Self::PastDue => "past_due",
            Self::Paused => "paused",
            Self::Trialing => "trialing",
            Self::Unpaid => "unpaid",
        }
    }

    pub(crate) fn has_ended(self) -> bool {
        matches!(self, Self::Canceled | Self::IncompleteExpired)
    }
}

/// An update that waits for its invoice to be paid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PendingUpdate {
    pub(crate) expires_at: i64,
    pub(crate) items: Vec<Item>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) invoice: String,
    /// Lines of that invoice that had waited for one before.
    pub(crate) carried: Vec<Line>,
    pub(crate) origin: Origin,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) customer: String,
    pub(crate) currency: String,
    pub(crate) status: Status,
    pub(crate) items: Vec<Item>,
    pub(crate) anchor: i64,
    pub(crate) period_start: i64,
    pub(crate) period_end: i64,
    pub(crate) metadata: Metadata,
    pub(crate) description: Option<String>,
    pub(crate) schedule: Option<String>,
    pub(crate) cancel_at_period_end: bool,
    pub(crate) canceled_at: Option<i64>,
    pub(crate) collection_method: String,
    pub(crate) billing_mode: String,
    pub(crate) pending_update: Option<PendingUpdate>,
    pub(crate) latest_invoice: Option<String>,
    /// When quantity updates and invoices were made, in UTC milliseconds; what the limits count.
    pub(crate) quantity_updates: Vec<i64>,
    pub(crate) invoices_made: Vec<i64>,
}

/// What an update does about the time already billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProrationBehavior {
    /// Lines on the next invoice.
    CreateProrations,
    /// Lines on an invoice made at once.
    AlwaysInvoice,
    /// No lines.
    None,
}

/// Who caused a change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The request's id; `None` when the simulator's admin route or time itself did it.
    pub request_id: Option<String>,
    /// The request's idempotency key.
    pub idempotency_key: Option<String>,
}

/// The state of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "Stripe's own names")]
pub enum InvoiceStatus {
    Draft,
    Open,
    Paid,
    Void,
}

impl InvoiceStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Void => "void",
        }
    }
}

/// One line of an invoice, or a proration that waits for the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The line's id.
    pub id: String,
    /// The subscription it belongs to.
    pub subscription: String,
    /// The subscription item it bills.
    pub item: String,
    /// The price it bills.
    pub price: String,
    /// The price's product.
    pub product: String,
    /// How many units.
    pub quantity: u64,
    /// Minor units for one unit and one whole period.
    pub unit_amount: i64,
    /// Minor units; negative for a credit.
    pub amount: i64,
    /// Three-letter code, lower case.
    pub currency: String,
    /// Start of the time billed, UTC seconds.
    pub start: i64,
    /// End of the time billed, UTC seconds.
    pub end: i64,
    /// Whether it settles a change within a period.
    pub proration: bool,
    /// Whether it gives back the unused time of what was before a change.
    pub credit: bool,
    /// The invoice item it came from, for prorations.
    pub invoice_item: Option<String>,
    /// Stripe's sentence for it.
    pub description: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Invoice {
    pub(crate) id: String,
    pub(crate) number: Option<String>,
    pub(crate) created: i64,
    pub(crate) customer: String,
    pub(crate) subscription: String,
    pub(crate) currency: String,
    pub(crate) status: InvoiceStatus,
    pub(crate) billing_reason: String,
    pub(crate) collection_method: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) period_start: i64,
    pub(crate) period_end: i64,
    pub(crate) total: i64,
    pub(crate) starting_balance: i64,
    pub(crate) ending_balance: i64,
    pub(crate) amount_due: i64,
    pub(crate) amount_paid: i64,
    pub(crate) attempt_count: u64,
    pub(crate) proration_date: Option<i64>,
    pub(crate) subscription_metadata: Metadata,
    pub(crate) finalized_at: Option<i64>,
    pub(crate) paid_at: Option<i64>,
    pub(crate) voided_at: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) kind: String,
    pub(crate) api_version: String,
    pub(crate) origin: Origin,
    pub(crate) object: serde_json::Value,
    pub(crate) previous: Option<serde_json::Value>,
    /// Webhook endpoints that have not yet acknowledged it.
    pub(crate) pending_webhooks: u64,
}
