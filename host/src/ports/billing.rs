//! The port to the billing provider: read a subscription, set an absolute quantity, and know what an answer means.

use async_trait::async_trait;
use core_wasm::facts::SubscriptionStatus;

use core_wasm::settings::Gate;

use super::{
    clock::Millis,
    preview::{InvoiceLine, Preview, Repricing},
};

/// Sets quantities and reads what is billed.
#[async_trait]
pub trait Billing: Send + Sync {
    /// Sends one quantity update under its idempotency key. Sending the same update with the same key again is safe.
    async fn set_quantity(&self, update: &QuantityUpdate, idempotency_key: &str) -> SetOutcome;

    /// Reads the present state of a subscription.
    ///
    /// # Errors
    /// See [`ReadError`]; a failed read changes nothing.
    async fn read(&self, target: &BillingTarget) -> Result<Observation, ReadError>;

    /// Reads everything about a subscription that ours has to agree with.
    ///
    /// # Errors
    /// See [`ReadError`]; a failed read changes nothing.
    async fn inspect(&self, subscription: &str) -> Result<Inspection, ReadError>;

    /// Reads the provider's id of the account that our key belongs to.
    ///
    /// # Errors
    /// See [`ReadError`]: a restricted key may not be allowed to.
    async fn account(&self) -> Result<String, ReadError>;

    /// What a change of quantity would cost; nothing is changed by asking.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn preview(&self, change: &Repricing) -> Result<Preview, ReadError>;

    /// The lines that a change of quantity was billed with: those that wait for the next invoice, or those of the latest
    /// one. Empty when neither has any.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn billed_with(&self, change: &Repricing) -> Result<Vec<InvoiceLine>, ReadError>;
}

/// What is billed: one item of one subscription of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingTarget {
    /// The provider's id of the subscription.
    pub subscription: String,
    /// The provider's id of the item that counts instances.
    pub item: String,
}

/// One update of the absolute quantity. Equal values give byte-equal requests, so that a repeat is a replay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantityUpdate {
    /// Where.
    pub target: BillingTarget,
    /// The absolute quantity afterwards.
    pub quantity: i64,
    /// What makes a higher quantity count: that it was taken, or that it was paid as well. A lower one is never paid.
    pub gate: Gate,
    /// From when on the change is charged or credited; `None` = the provider's now.
    pub proration_at: Option<Millis>,
    /// Our operation, written into the provider's metadata.
    pub operation_id: String,
}

/// What the provider says about a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Present quantity of the item.
    pub quantity: i64,
    /// The operation that wrote last, from the metadata.
    pub last_operation_id: Option<String>,
    /// Whether the subscription is one that bills now (active or trialing).
    pub in_force: bool,
    /// Price per unit in minor units and its currency (upper case), where the provider tells them.
    pub price: Option<(i64, String)>,
}

/// A subscription as the provider has it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Its status; `None` for a word that we do not know.
    pub status: Option<SubscriptionStatus>,
    /// End of the present trial.
    pub trial_ends_at: Option<Millis>,
    /// When it will be cancelled, if that is decided.
    pub cancels_at: Option<Millis>,
    /// When it ended.
    pub ended_at: Option<Millis>,
    /// The first page of its items.
    pub items: Vec<InspectedItem>,
    /// Whether it has more items than were told.
    pub has_more_items: bool,
    /// The operation that wrote last, from the metadata.
    pub last_operation_id: Option<String>,
    /// The mandate that it is said to belong to, from the metadata.
    pub mandate_id: Option<String>,
    /// A schedule will rewrite its items.
    pub has_schedule: bool,
    /// A change waits for a payment.
    pub has_pending_update: bool,
    /// Invoices are charged to a stored means of payment, not sent.
    pub is_charged_automatically: bool,
    /// Credits are computed from what was really charged (billing mode `flexible`).
    pub has_exact_credits: bool,
    /// Real money.
    pub is_live: bool,
}

/// An item of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectedItem {
    /// The provider's id.
    pub id: String,
    /// How many; `None` where usage is metered.
    pub quantity: Option<i64>,
    /// The provider's id of the price.
    pub price_id: Option<String>,
    /// Price per unit in minor units and its currency (upper case), where there is one number.
    pub price: Option<(i64, String)>,
    /// The present period: from, until before.
    pub period: Option<(Millis, Millis)>,
}

/// What one attempt to set a quantity came to. Each variant says what is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetOutcome {
    /// The provider confirmed the new quantity.
    Applied {
        /// The provider's id of the request, for support.
        request_id: Option<String>,
    },
    /// The provider refused for good; nothing changed. The same request will be refused again.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The provider's id of the request.
        request_id: Option<String>,
    },
    /// No byte of the request reached the provider.
    NotSent {
        /// For the log.
        cause: String,
    },
    /// The provider did not execute it this time (busy, rate limited): the same key may be sent again.
    Busy {
        /// Earliest next attempt as the provider asked, in milliseconds from now.
        retry_after: Option<i64>,
    },
    /// Another copy of this very request is being executed now.
    InProgress,
    /// Our key is not accepted: nothing was executed, and nothing will be until the operator mends it.
    Unauthorized,
    /// It may or may not have been executed.
    Unknown {
        /// The provider saved this answer under the key: sending the same key again only replays it.
        saved: bool,
        /// For the log.
        cause: String,
    },
}

/// Why a provider refused for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The payment was declined.
    Declined,
    /// The bank wants the card's owner to confirm the payment.
    ActionRequired,
    /// The subscription or item does not exist (any more).
    Gone,
    /// `proration_at` is outside of what the provider accepts.
    ProrationDate,
    /// Anything else: a fault of ours or of the set-up.
    Invalid {
        /// The provider's code and parameter, for the log; never a message or an id.
        cause: String,
    },
}

/// Why a read failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The provider has no such subscription or item.
    #[error("the billing provider has no such subscription or item")]
    Gone,
    /// Our key is not accepted.
    #[error("the billing provider does not accept the key")]
    Unauthorized,
    /// No usable answer.
    #[error("the billing provider gave no usable answer: {cause}")]
    Unavailable {
        /// For the log.
        cause: String,
    },
}
