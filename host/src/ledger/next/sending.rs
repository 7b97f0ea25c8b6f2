//! What to do after an attempt to send.

use core_wasm::reason::Reason;

use super::{
    Action, Otherwise,
    pause::{LIMITED_FOR, LONGEST_ASKED_PAUSE, UNAUTHORIZED_PAUSE, backoff, paused, rejected},
};
use crate::ports::{
    billing::{Refusal, SetOutcome},
    clock::Millis,
    store::operation::{OperationRecord, Outcome},
};

pub(super) fn after_sending(
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
            // Not executed, but not saved either: a copy of the request, doubled on its way, may still be. Only what a limit
            // keeps out for long is kept out in all its copies.
            operation.may_have_run |= retry_after.is_none_or(|asked| asked < LIMITED_FOR);
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
        // The period rolled over meanwhile. It may have been judged before the key was looked up.
        Refusal::ProrationDate if operation.proration_at.is_some() => {
            return (operation, Action::Read(Otherwise::FromNow));
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
