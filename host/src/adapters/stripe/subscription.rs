//! The part of a subscription that we read: the fewer fields, the fewer ways in which a new API version can break us.

use std::collections::BTreeMap;

use miniserde::{Deserialize, json::Value};

/// Key of the metadata entry with the operation that wrote last.
pub(super) const OPERATION: &str = "turnpike_operation";
/// Key of the metadata entry with the quantity it wrote.
pub(super) const QUANTITY: &str = "turnpike_quantity";

/// Key of the metadata entry with the mandate that the subscription belongs to; written by whoever makes it.
pub(super) const MANDATE: &str = "turnpike_mandate";

/// A subscription.
#[derive(Deserialize)]
pub(super) struct Subscription {
    pub(super) status: String,
    pub(super) items: Items,
    pub(super) metadata: Option<BTreeMap<String, String>>,
    /// A change that waits for a payment; what it is does not matter.
    pub(super) pending_update: Option<Value>,
    /// Its id or, expanded, itself; what it is does not matter.
    pub(super) schedule: Option<Value>,
    /// Seconds, as all instants of Stripe's.
    pub(super) trial_end: Option<i64>,
    pub(super) cancel_at: Option<i64>,
    pub(super) ended_at: Option<i64>,
    pub(super) collection_method: Option<String>,
    pub(super) billing_mode: Option<BillingMode>,
    pub(super) livemode: Option<bool>,
}

/// How credits are computed.
#[derive(Deserialize)]
pub(super) struct BillingMode {
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// The first page of its items.
#[derive(Deserialize)]
pub(super) struct Items {
    pub(super) data: Vec<Item>,
    pub(super) has_more: Option<bool>,
}

/// An item.
#[derive(Deserialize)]
pub(super) struct Item {
    pub(super) id: String,
    /// Absent where usage is metered.
    pub(super) quantity: Option<i64>,
    pub(super) price: Option<Price>,
    pub(super) current_period_start: Option<i64>,
    pub(super) current_period_end: Option<i64>,
}

/// What one unit costs.
#[derive(Deserialize)]
pub(super) struct Price {
    pub(super) id: Option<String>,
    pub(super) currency: String,
    /// Minor units; absent where the price is graduated or has fractions of them.
    pub(super) unit_amount: Option<i64>,
}

impl Price {
    /// Minor units and currency in upper case, where there is one number.
    pub(super) fn minor(&self) -> Option<(i64, String)> {
        Some((self.unit_amount?, self.currency.to_ascii_uppercase()))
    }
}

impl Subscription {
    /// Reads an answer's body; `None` when it is something else.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        miniserde::json::from_str(std::str::from_utf8(body).ok()?).ok()
    }

    /// The item with this id.
    pub(super) fn item(&self, id: &str) -> Option<&Item> {
        self.items.data.iter().find(|item| item.id == id)
    }
}

/// Whether Stripe could have given out this id. Any other is not put into an address, where it might mean another one.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 255 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
