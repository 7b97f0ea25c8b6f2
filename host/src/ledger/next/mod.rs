//! The life of an operation: one pure function of its state and of what happened, to its next state and what to do.
//!
//! Two facts make it safe. The idempotency key is the fence towards the provider: while the outcome of a send is
//! unknown the very same request goes out under the very same key, so that whatever arrives late is a replay. And a new
//! key is taken only when it is certain that the last one did nothing; it is stored before anything is sent under it.
//!
//! Neither helps where these rows are an older copy of what went on elsewhere. So what nobody looked at for long is read
//! first, and while a writer that these rows do not know wrote last, nothing is sent and nothing settled.

mod hold;
mod pause;
mod reading;
mod sending;

use core_wasm::reason::Reason;

pub use self::hold::{KEY_LIFETIME, begun, claimed};
use crate::ports::{
    billing::{Observation, ReadError, SetOutcome},
    clock::Millis,
    store::operation::{OperationRecord, Outcome},
};

/// What happened to an operation that this host holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The store gave it to this host: it is as [`claimed`] or [`begun`] makes it.
    Claimed,
    /// The send that [`Action::Send`] asked for came to this.
    Sent(SetOutcome),
    /// The reading that [`Action::Read`] asked for came to this.
    Read {
        /// What was seen.
        reading: Result<Observation, ReadError>,
        /// The operations besides this one that the provider may name as the last writer: the one applied last before, and
        /// one that somebody answered for.
        writers: Vec<String>,
        /// As the action said.
        otherwise: Otherwise,
    },
}

/// What the runner does next with an operation it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send the update under the operation's key.
    Send,
    /// Read the provider's state, then go on with [`Event::Read`].
    Read(Otherwise),
    /// Store the operation and let go of it until `next_at`.
    Pause {
        /// What was seen, for the log.
        cause: String,
    },
    /// Store the final outcome.
    Settle(Outcome),
}

/// What it means when a reading shows that the operation was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// The last key did nothing and never will: take a new one.
    NewKey,
    /// The instant of the change is accepted no more: charge or credit from now on, under a new key.
    FromNow,
    /// The provider had refused for good.
    Reject(Reason),
}

/// How the operation stands after what happened, and what to do. `jitter` is a random number below 1000.
#[must_use]
pub fn next(operation: OperationRecord, event: Event, now: Millis, jitter: i64) -> (OperationRecord, Action) {
    match event {
        Event::Claimed => hold::after_claim(operation, now),
        Event::Sent(outcome) => sending::after_sending(operation, outcome, now, jitter),
        Event::Read { reading, writers, otherwise } => {
            reading::after_reading(operation, reading, &writers, otherwise, now, jitter)
        }
    }
}
