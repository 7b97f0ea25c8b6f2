//! Deliveries: which event is to be sent to which endpoint, what became of it, and every attempt.

use async_trait::async_trait;
use secrecy::SecretString;

use super::{StoreError, audit::AuditEntry, event::EventRecord};
use crate::ports::clock::Millis;

/// Hands deliveries to hosts and keeps what became of them.
#[async_trait]
pub trait DeliveryStore: Send + Sync {
    /// Takes one delivery that is due, under a lease in milliseconds of the database's clock. Of one mandate's events
    /// only the first is due that an endpoint has not got and that is not given up; of one endpoint at most `at_once` are
    /// under way. `claim` is like no other claim.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn claim_delivery(
        &self,
        claim: &str,
        lease: i64,
        now: Millis,
        at_once: i64,
    ) -> Result<Option<ClaimedDelivery>, StoreError>;

    /// Keeps an attempt and what it came to. False when the claim is not in force any more: then only the attempt is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn settle_delivery(
        &self,
        claim: &str,
        delivery: &ClaimedDelivery,
        attempt: &Attempt,
        verdict: Verdict,
    ) -> Result<bool, StoreError>;

    /// What was or is to be sent to an endpoint, the newest event first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn deliveries(&self, wanted: &DeliveriesWanted) -> Result<Vec<DeliveryRecord>, StoreError>;

    /// Attempts at an endpoint, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn attempts(&self, wanted: &AttemptsWanted) -> Result<Vec<AttemptRecord>, StoreError>;

    /// Makes events due at an endpoint, whatever became of them there, with the audit entry in one transaction. Returns how
    /// many; with none, nothing is written. What a host is busy sending is left alone, and nothing is due at an endpoint
    /// that is not enabled.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn resend(
        &self,
        endpoint_id: &str,
        which: &Resend,
        now: Millis,
        entry: &AuditEntry,
    ) -> Result<u64, StoreError>;
}

/// A delivery that is this host's for a while.
#[derive(Clone, Debug)]
pub struct ClaimedDelivery {
    /// Where to.
    pub endpoint_id: String,
    /// Its address.
    pub url: String,
    /// What it is signed with: all secrets in force at the instant of the claim, the newest first.
    pub secrets: Vec<SecretString>,
    /// What.
    pub event: EventRecord,
    /// Failed attempts before.
    pub attempts: i64,
    /// When it was written, or last asked for.
    pub asked_at: Millis,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub at: Millis,
    /// How long it took, in milliseconds.
    pub took: i64,
    /// Status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why it failed, in our words; `None` when it did not.
    pub error: Option<String>,
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The endpoint has it.
    Delivered,
    /// Not tried before.
    Again {
        /// When.
        at: Millis,
    },
    /// It is given up.
    Dead,
    /// The endpoint wants nothing any more: all that waits for it is given up.
    Gone,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is to be sent, or sent again.
    Waiting,
    /// The endpoint has it.
    Delivered,
    /// It is given up.
    Dead,
}

/// Which deliveries are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveriesWanted {
    /// At which endpoint; `None`: at any.
    pub endpoint_id: Option<String>,
    /// Only such.
    pub state: Option<DeliveryState>,
    /// Of events before this place; `None`: from the newest on.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// What was or is to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryRecord {
    /// Where to.
    pub endpoint_id: String,
    /// What.
    pub event: EventRecord,
    /// How far it is.
    pub state: DeliveryState,
    /// Failed attempts since it was last asked for.
    pub attempts: i64,
    /// Not tried before; 0: at once.
    pub not_before: Millis,
    /// When it was delivered or given up.
    pub settled_at: Option<Millis>,
    /// What the last attempt failed of.
    pub last_error: Option<String>,
}

/// Which attempts are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptsWanted {
    /// At which endpoint.
    pub endpoint_id: String,
    /// Only of this event.
    pub event_id: Option<String>,
    /// Before this one; `None`: from the newest on.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// An attempt as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRecord {
    /// Its number among all attempts.
    pub number: i64,
    /// Of which event.
    pub event_id: String,
    /// The attempt.
    pub attempt: Attempt,
}

/// Which events are sent once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resend {
    /// One, by its id.
    Event(String),
    /// All that were given up.
    Dead,
    /// All after this place that the endpoint is to be told of and does not have.
    After(i64),
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Dead];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}
