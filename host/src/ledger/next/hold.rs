//! How a host comes to hold an operation, and what to do with it first.

use super::{Action, Otherwise};
use crate::ports::{
    clock::Millis,
    store::operation::{NewOperation, OperationRecord, OperationState},
};

/// How long a key is relied on after its first use. The provider keeps keys for at least 24 hours.
pub const KEY_LIFETIME: i64 = 20 * 60 * 60 * 1000;

/// An operation that was just written under a host's lease, as that host holds it. Its place in the ledger is not known
/// to it and of no use to it.
#[must_use]
pub fn begun(operation: &NewOperation) -> OperationRecord {
    OperationRecord {
        id: operation.id.clone(),
        seq: 0,
        mandate_id: operation.mandate_id.clone(),
        subscription_id: operation.subscription_id.clone(),
        target: operation.target.clone(),
        direction: operation.direction,
        gate: operation.gate,
        from_quantity: operation.from_quantity,
        to_quantity: operation.to_quantity,
        proration_at: operation.proration_at,
        state: OperationState::Sent,
        attempt: 1,
        tries: 0,
        may_have_run: false,
        first_sent_at: Some(operation.created_at),
        in_doubt_since: None,
        next_at: operation.created_at,
        fence: 1,
    }
}

/// What a claim makes of a stored operation. The store does it in one statement, so that two hosts never take the same;
/// its contract holds that statement against this.
///
/// Whoever held an operation that is not `prepared` is gone or too slow, and may have sent it.
#[must_use]
pub fn claimed(operation: OperationRecord, now: Millis) -> OperationRecord {
    let overtaken = operation.state != OperationState::Prepared;
    OperationRecord {
        state: if overtaken { OperationState::InDoubt } else { OperationState::Sent },
        may_have_run: overtaken || operation.may_have_run,
        in_doubt_since: if overtaken { operation.in_doubt_since.or(Some(now)) } else { operation.in_doubt_since },
        first_sent_at: operation.first_sent_at.or(Some(now)),
        fence: operation.fence.saturating_add(1),
        ..operation
    }
}

/// Sends while the key is young; later only a reading can tell what became of it. What was put off and not taken up when it
/// was due may have been sent all the same, if these rows are an older copy: its key is as old as that, until a reading
/// succeeds. What never was put off is due at 0.
pub(super) fn after_claim(operation: OperationRecord, now: Millis) -> (OperationRecord, Action) {
    let is_old = |at: &Millis| now.saturating_sub(*at) > KEY_LIFETIME;
    let lay_since = Some(operation.next_at).filter(|due| *due > 0).filter(is_old);
    let first_sent_at = lay_since.or(operation.first_sent_at);
    let action =
        if first_sent_at.as_ref().is_some_and(is_old) { Action::Read(Otherwise::NewKey) } else { Action::Send };
    (OperationRecord { first_sent_at, ..operation }, action)
}
