//! What is read of an event: who sent it, what kind it is, and which subscription it is about. Pure.
//!
//! The rest of an event is not read: it may be from another API version, it may be old, and it holds customers' data.

use serde::Deserialize;
use serde_json::Value;

/// Types that tell of a change of a subscription; `data.object` is the subscription.
const OF_SUBSCRIPTIONS: [&str; 8] = [
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.pending_update_applied",
    "customer.subscription.pending_update_expired",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "customer.subscription.updated",
];

/// Types after which a subscription may be another one; `data.object` names it.
const OF_OTHERS: [&str; 14] = [
    "invoice.finalization_failed",
    "invoice.marked_uncollectible",
    "invoice.paid",
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.payment_succeeded",
    "invoice.voided",
    "subscription_schedule.aborted",
    "subscription_schedule.canceled",
    "subscription_schedule.completed",
    "subscription_schedule.created",
    "subscription_schedule.expiring",
    "subscription_schedule.released",
    "subscription_schedule.updated",
];

/// Most characters of an id or a type.
const LONGEST: usize = 255;

/// What an event says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The provider's id of it.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// When it happened, in seconds.
    pub created: Option<i64>,
    /// Whether it is about real money.
    pub livemode: Option<bool>,
    /// The connected account that it came from; absent for one's own.
    pub account: Option<String>,
    /// What it is about: id and type.
    pub object: Option<(String, String)>,
    /// The subscription that what it is about belongs to.
    belongs_to: Option<String>,
}

impl Envelope {
    /// Reads an event; `None` when it is none, or its id or type is not one that the provider would give.
    #[must_use]
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let wire: Wire = serde_json::from_slice(payload).ok()?;
        let object = wire.field("/object/id").zip(wire.field("/object/object"));
        // Of invoices since API version 2025-03-31; of schedules, and of invoices before.
        let belongs_to = wire
            .field("/object/parent/subscription_details/subscription")
            .or_else(|| wire.field("/object/subscription"));
        Some(Self {
            id: word(wire.id)?,
            kind: word(wire.kind)?,
            created: wire.created,
            livemode: wire.livemode,
            account: wire.account,
            object,
            belongs_to,
        })
    }

    /// The subscription whose state may be another one since; `None` when events of this type change nothing here.
    #[must_use]
    pub fn subscription(&self) -> Option<&str> {
        if OF_SUBSCRIPTIONS.contains(&self.kind.as_str()) {
            self.object.as_ref().map(|(id, _)| id.as_str())
        } else if OF_OTHERS.contains(&self.kind.as_str()) {
            self.belongs_to.as_deref()
        } else {
            None
        }
    }

    /// Whether it comes from the account and mode that our key belongs to. Without an account of ours an event must name
    /// none.
    #[must_use]
    pub fn is_ours(&self, is_live: bool, account: Option<&str>) -> bool {
        self.livemode == Some(is_live) && (self.account.is_none() || self.account.as_deref() == account)
    }
}

/// Ids and types are short and plain; anything else gets neither into the database nor into an address.
fn word(text: String) -> Option<String> {
    let is_plain = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'.';
    (!text.is_empty() && text.len() <= LONGEST && text.bytes().all(is_plain)).then_some(text)
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: Option<i64>,
    livemode: Option<bool>,
    account: Option<String>,
    /// Of any form: what is not as expected is as good as not there.
    #[serde(default)]
    data: Value,
}

impl Wire {
    /// A field of what the event is about.
    fn field(&self, pointer: &str) -> Option<String> {
        word(self.data.pointer(pointer)?.as_str()?.to_owned())
    }
}
