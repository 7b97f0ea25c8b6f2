//! Events: what is told to the embedding product. They are written by the methods that do what they tell of; here they are
//! given their places and read.

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::StoreError;
use crate::ports::clock::Millis;

/// Reads events, in the order in which they are told.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Whether an event has no place yet, or a delivery is due.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn has_events_to_tell(&self, now: Millis) -> Result<bool, StoreError>;

    /// Gives places to events that are committed and have none, at most so many, and writes what is to be sent to which
    /// endpoint. One host at a time: others wait. Returns how many events got a place.
    ///
    /// A place is given after the commit, so whoever has read up to a place has missed nothing before it. Of two events of
    /// which one followed from the other, that one has the later place.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn place_events(&self, now: Millis, most: i64) -> Result<u64, StoreError>;

    /// Events after a place, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn events(&self, wanted: &EventsWanted) -> Result<EventPage, StoreError>;

    /// Deletes events from the first one on, up to the first that happened at `before` or later, with what was sent of
    /// them; and attempts made before `attempts_before`. Returns how many rows went.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn forget_told(&self, before: Millis, attempts_before: Millis) -> Result<u64, StoreError>;
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// An instance can be used from now on.
    InstanceActivated,
    /// An instance cannot be used for now: no subscription is in force, or it is switched off.
    InstanceSuspended,
    /// An instance that was suspended can be used again.
    InstanceResumed,
    /// An instance is gone.
    InstanceEnded,
    /// An instance that had ended can be used again.
    InstanceRestored,
    /// A user can use an instance.
    AccessGranted,
    /// A user cannot use an instance any more.
    AccessRevoked,
    /// A subscription is new, or another plan, status or dates are in force.
    SubscriptionChanged,
}

/// Which events are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventsWanted {
    /// After this place; 0 = from the first one kept.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
    /// Only of this mandate.
    pub mandate_id: Option<String>,
    /// Only of this kind.
    pub kind: Option<EventKind>,
}

/// Some events.
#[derive(Clone, Debug, PartialEq)]
pub struct EventPage {
    /// In order.
    pub events: Vec<EventRecord>,
    /// The last place given so far.
    pub newest: i64,
    /// Up to this place events are deleted: whoever has read less has missed some.
    pub forgotten: i64,
}

/// An event that has its place.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRecord {
    /// Its id, by which a receiver knows it again.
    pub id: String,
    /// Its place among all events, from 1.
    pub place: i64,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: Millis,
    /// In which mandate.
    pub mandate_id: String,
    /// Ids and codes; instants are UTC milliseconds.
    pub data: Map<String, Value>,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::InstanceActivated,
        Self::InstanceSuspended,
        Self::InstanceResumed,
        Self::InstanceEnded,
        Self::InstanceRestored,
        Self::AccessGranted,
        Self::AccessRevoked,
        Self::SubscriptionChanged,
    ];

    /// The word stored and told.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InstanceActivated => "instance.activated",
            Self::InstanceSuspended => "instance.suspended",
            Self::InstanceResumed => "instance.resumed",
            Self::InstanceEnded => "instance.ended",
            Self::InstanceRestored => "instance.restored",
            Self::AccessGranted => "access.granted",
            Self::AccessRevoked => "access.revoked",
            Self::SubscriptionChanged => "subscription.changed",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}
