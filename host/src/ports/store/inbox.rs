//! The inbox of webhooks: events are kept before they are acknowledged, and processed by subscription later.

use async_trait::async_trait;

use super::StoreError;
use crate::ports::clock::Millis;

/// Keeps events and hands them out.
#[async_trait]
pub trait InboxStore: Send + Sync {
    /// Keeps an event. False when its id is known: then nothing is written, except that one that was given up is due
    /// again.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn keep_event(&self, event: &NewEvent) -> Result<bool, StoreError>;

    /// Takes all waiting events about one subscription of the provider under a lease in database time; `claim` names it,
    /// and is never used twice. While it lasts nobody else is handed events about that subscription.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn claim_events(&self, claim: &str, lease: i64) -> Result<Option<ClaimedEvents>, StoreError>;

    /// Settles what was claimed. What somebody else claimed meanwhile is left alone.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn settle_events(&self, claim: &str, outcome: EventOutcome) -> Result<(), StoreError>;

    /// Puts what was claimed off for so many milliseconds of database time. An event that failed `most_attempts` times is
    /// given up; returns the ids of those.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put_off_events(
        &self,
        claim: &str,
        pause: i64,
        most_attempts: i64,
        cause: &str,
    ) -> Result<Vec<String>, StoreError>;

    /// Deletes events that were settled before, except those given up. Returns how many.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn forget_events(&self, before: Millis) -> Result<u64, StoreError>;
}

/// What is kept of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// The provider's id of it; unique.
    pub id: String,
    /// Its type, such as `customer.subscription.updated`.
    pub kind: String,
    /// When it happened.
    pub created_at: Option<Millis>,
    /// Whether it is about real money.
    pub livemode: Option<bool>,
    /// The connected account that it came from.
    pub account: Option<String>,
    /// What it is about: id and type.
    pub object: Option<(String, String)>,
    /// What is done about it.
    pub fate: Fate,
    /// When it came in.
    pub received_at: Millis,
}

/// What is done about an event that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The state of this subscription of the provider is read.
    Read {
        /// The provider's id of it.
        subscription: String,
    },
    /// Nothing: events of this type change nothing here.
    Ignored,
    /// Nothing: it is not readable, or not of our mode or account.
    Foreign,
}

/// Events about one subscription, under one lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedEvents {
    /// The provider's id of the subscription.
    pub subscription: String,
    /// Ids of the events, in the order in which they came.
    pub event_ids: Vec<String>,
    /// How often the one that was tried most failed.
    pub attempts: i64,
}

/// What came of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventOutcome {
    /// Ours agrees with what was read.
    Done,
    /// Nobody here has the subscription on file.
    Ignored,
}
