//! What to do after a reading of what the provider bills.

use core_wasm::reason::Reason;

use super::{
    Action, Otherwise,
    pause::{UNKNOWN_WRITER_PAUSE, backoff, from_now_on, paused, rejected, with_new_key},
};
use crate::ports::{
    billing::{Observation, ReadError},
    clock::Millis,
    store::operation::{OperationRecord, Outcome},
};

pub(super) fn after_reading(
    mut operation: OperationRecord,
    reading: Result<Observation, ReadError>,
    writers: &[String],
    otherwise: Otherwise,
    now: Millis,
    jitter: i64,
) -> (OperationRecord, Action) {
    match reading {
        // Quantity and operation id are written by one update: the id alone tells that it was ours.
        Ok(seen) if seen.last_operation_id.as_deref() == Some(operation.id.as_str()) => {
            (operation, Action::Settle(Outcome::Applied))
        }
        // These rows are an older copy, or somebody else writes too: whether ours was applied before cannot be told.
        Ok(Observation { last_operation_id: Some(writer), .. }) if !writers.contains(&writer) => {
            operation.may_have_run = true;
            let cause = format!(
                "operation `{writer}` wrote last, which this ledger does not know: see `turnpike reconcile --confirm`"
            );
            paused(operation, now, UNKNOWN_WRITER_PAUSE, cause)
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
