//! The life of an operation: a pure function of its state and of what was seen, to its next state and what to do.
//!
//! Two facts make it safe. The idempotency key is the fence towards the provider: while the outcome of a send is
//! unknown the very same request goes out under the very same key, so that whatever arrives late is a replay. And a new
//! key is taken only when it is certain that the last one did nothing; it is stored before anything is sent under it.

use core_wasm::reason::Reason;

use crate::ports::{
    billing::{Observation, ReadError, Refusal, SetOutcome},
    clock::Millis,
    store::operation::{OperationRecord, OperationState, Outcome},
};

/// How long a key is relied on after its first use. The provider keeps keys for at least 24 hours.
pub const KEY_LIFETIME: i64 = 20 * 60 * 60 * 1000;

/// The first pause between two sends.
const FIRST_PAUSE: i64 = 500;
/// The longest pause between two sends.
const LONGEST_PAUSE: i64 = 60_000;
/// The longest pause that the provider is granted: whatever it asks for, nothing waits for ever.
const LONGEST_ASKED_PAUSE: i64 = 60 * 60 * 1000;
/// Pause after the provider refused our key: only an operator can mend that.
const UNAUTHORIZED_PAUSE: i64 = 60_000;

/// What the runner does next with an operation it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send the update under the operation's key.
    Send,
    /// Read the provider's state, then go on with [`after_reading`].
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

/// What to do with an operation that was just claimed.
#[must_use]
pub fn after_claim(operation: &OperationRecord, now: Millis) -> Action {
    match operation.first_sent_at {
        Some(first) if now.saturating_sub(first) > KEY_LIFETIME => Action::Read(Otherwise::NewKey),
        _ => Action::Send,
    }
}

/// What to do after an attempt to send. `jitter` is a random number below 1000.
#[must_use]
pub fn after_sending(
    mut operation: OperationRecord,
    outcome: SetOutcome,
    now: Millis,
    jitter: i64,
) -> (OperationRecord, Action) {
    operation.tries = operation.tries.saturating_add(1);
    match outcome {
        SetOutcome::Applied { .. } => (operation, Action::Settle(Outcome::Applied)),
        SetOutcome::Refused { refusal, .. } => after_refusal(operation, refusal, now, jitter),
        SetOutcome::NotSent { cause } => {
            let pause = backoff(&operation, jitter);
            paused(operation, now, pause, cause)
        }
        SetOutcome::Busy { retry_after } => {
            let pause = backoff(&operation, jitter).max(retry_after.unwrap_or(0).min(LONGEST_ASKED_PAUSE));
            paused(operation, now, pause, "the provider is busy".to_owned())
        }
        SetOutcome::Unauthorized => {
            paused(operation, now, UNAUTHORIZED_PAUSE, "the provider does not accept the key".to_owned())
        }
        SetOutcome::InProgress => {
            operation.may_have_run = true;
            let pause = backoff(&operation, jitter);
            paused(operation, now, pause, "another copy of the request is being executed".to_owned())
        }
        SetOutcome::Unknown { saved: false, cause } => {
            operation.may_have_run = true;
            let pause = backoff(&operation, jitter);
            paused(operation, now, pause, cause)
        }
        SetOutcome::Unknown { saved: true, .. } => {
            operation.may_have_run = true;
            (operation, Action::Read(Otherwise::NewKey))
        }
    }
}

/// What to do after a reading that [`Action::Read`] asked for.
#[must_use]
pub fn after_reading(
    mut operation: OperationRecord,
    reading: Result<Observation, ReadError>,
    otherwise: Otherwise,
    now: Millis,
    jitter: i64,
) -> (OperationRecord, Action) {
    match reading {
        // Quantity and operation id are written by one update: the id alone tells that it was ours.
        Ok(seen) if seen.last_operation_id.as_deref() == Some(operation.id.as_str()) => {
            (operation, Action::Settle(Outcome::Applied))
        }
        Ok(_) => match otherwise {
            Otherwise::NewKey => {
                let pause = backoff(&operation, jitter);
                paused(with_new_key(operation), now, pause, "the last key did nothing".to_owned())
            }
            Otherwise::FromNow => from_now_on(operation, now, jitter),
            Otherwise::Reject(reason) => {
                let outcome = rejected(&operation, reason, now, jitter);
                (operation, Action::Settle(outcome))
            }
        },
        Err(ReadError::Gone) => {
            let outcome = rejected(&operation, Reason::BillingRefused {}, now, jitter);
            (operation, Action::Settle(outcome))
        }
        Err(error @ (ReadError::Unauthorized | ReadError::Unavailable { .. })) => {
            operation.may_have_run = true;
            let pause = backoff(&operation, jitter);
            paused(operation, now, pause, error.to_string())
        }
    }
}

fn after_refusal(operation: OperationRecord, refusal: Refusal, now: Millis, jitter: i64) -> (OperationRecord, Action) {
    let reason = match refusal {
        // Saved under the key: whatever was sent before under it came to the same.
        Refusal::Declined | Refusal::ActionRequired => {
            let reason = match refusal {
                Refusal::ActionRequired => Reason::PaymentActionRequired {},
                _ => Reason::PaymentDeclined {},
            };
            let outcome = rejected(&operation, reason, now, jitter);
            return (operation, Action::Settle(outcome));
        }
        // The period rolled over meanwhile.
        Refusal::ProrationDate if operation.proration_at.is_some() => {
            return if operation.may_have_run {
                (operation, Action::Read(Otherwise::FromNow))
            } else {
                from_now_on(operation, now, jitter)
            };
        }
        Refusal::Gone | Refusal::ProrationDate | Refusal::Invalid { .. } => Reason::BillingRefused {},
    };
    // Refusals of this kind are not saved under the key, so an earlier copy may have been executed.
    if operation.may_have_run {
        (operation, Action::Read(Otherwise::Reject(reason)))
    } else {
        let outcome = rejected(&operation, reason, now, jitter);
        (operation, Action::Settle(outcome))
    }
}

fn rejected(operation: &OperationRecord, reason: Reason, now: Millis, jitter: i64) -> Outcome {
    let retry_at = now.saturating_add(pause_after(failures(operation).max(6), jitter));
    Outcome::Rejected { reasons: vec![reason], retry_at }
}

fn with_new_key(operation: OperationRecord) -> OperationRecord {
    let attempt = operation.attempt.saturating_add(1);
    OperationRecord { attempt, tries: 0, may_have_run: false, first_sent_at: None, ..operation }
}

/// Gives up the instant. It pauses, so that the changed request and its key are stored before they are sent: whoever takes
/// over from this host must not go on with the old ones.
fn from_now_on(operation: OperationRecord, now: Millis, jitter: i64) -> (OperationRecord, Action) {
    let pause = backoff(&operation, jitter);
    let operation = OperationRecord { proration_at: None, ..with_new_key(operation) };
    paused(operation, now, pause, "the instant of the change is accepted no more".to_owned())
}

/// In doubt when something may have been executed; otherwise as if it had never been sent.
fn paused(mut operation: OperationRecord, now: Millis, pause: i64, cause: String) -> (OperationRecord, Action) {
    operation.next_at = now.saturating_add(pause);
    if operation.may_have_run {
        operation.state = OperationState::InDoubt;
        operation.in_doubt_since.get_or_insert(now);
    } else {
        operation.state = OperationState::Prepared;
        operation.in_doubt_since = None;
        operation.first_sent_at = None;
    }
    (operation, Action::Pause { cause })
}

/// The pause before the next send of an operation.
fn backoff(operation: &OperationRecord, jitter: i64) -> i64 {
    pause_after(failures(operation), jitter)
}

/// Sends that came to nothing. Each key used up counts once, so that a provider that fails every one of them is asked
/// less and less.
fn failures(operation: &OperationRecord) -> i64 {
    operation.tries.saturating_add(operation.attempt.saturating_sub(1))
}

/// Doubles with each failure up to a minute; the jitter takes away up to half.
fn pause_after(failures: i64, jitter: i64) -> i64 {
    let doublings = u32::try_from(failures.clamp(1, 8) - 1).unwrap_or(0);
    let full = (FIRST_PAUSE << doublings).min(LONGEST_PAUSE);
    full - full * jitter.clamp(0, 999) / 2000
}
