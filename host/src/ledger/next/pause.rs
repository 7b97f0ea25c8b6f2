//! Letting go of an operation for a while, under the same key or a new one, and for how long.

use core_wasm::reason::Reason;

use super::Action;
use crate::ports::{
    clock::Millis,
    store::operation::{OperationRecord, OperationState, Outcome},
};

/// The first pause between two sends.
const FIRST_PAUSE: i64 = 500;
/// The longest pause between two sends.
const LONGEST_PAUSE: i64 = 60_000;
/// The longest pause that the provider is granted: whatever it asks for, nothing waits for ever.
pub(super) const LONGEST_ASKED_PAUSE: i64 = 60 * 60 * 1000;
/// Who is asked to stay away for so long met a limit, not another request under way.
pub(super) const LIMITED_FOR: i64 = 60_000;
/// Pause after the provider refused our key: only an operator can mend that.
pub(super) const UNAUTHORIZED_PAUSE: i64 = 60_000;
/// Pause after an unknown writer was seen: likewise.
pub(super) const UNKNOWN_WRITER_PAUSE: i64 = 60_000;

pub(super) fn rejected(operation: &OperationRecord, reason: Reason, now: Millis, jitter: i64) -> Outcome {
    let retry_at = now.saturating_add(pause_after(failures(operation).max(6), jitter));
    Outcome::Rejected { reasons: vec![reason], retry_at }
}

pub(super) fn with_new_key(operation: OperationRecord) -> OperationRecord {
    let attempt = operation.attempt.saturating_add(1);
    OperationRecord { attempt, tries: 0, may_have_run: false, first_sent_at: None, ..operation }
}

/// Gives up the instant. It pauses, so that the changed request and its key are stored before they are sent: whoever takes
/// over from this host must not go on with the old ones.
pub(super) fn from_now_on(operation: OperationRecord, now: Millis, jitter: i64) -> (OperationRecord, Action) {
    let pause = backoff(&operation, jitter);
    let operation = OperationRecord { proration_at: None, ..with_new_key(operation) };
    paused(operation, now, pause, "the instant of the change is accepted no more".to_owned())
}

/// In doubt when something may have been executed; otherwise as if it had never been sent.
pub(super) fn paused(
    mut operation: OperationRecord,
    now: Millis,
    pause: i64,
    cause: String,
) -> (OperationRecord, Action) {
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
pub(super) fn backoff(operation: &OperationRecord, jitter: i64) -> i64 {
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
