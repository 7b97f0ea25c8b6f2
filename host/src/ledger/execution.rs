//! Executes one operation: sends, reads and stores as [`next()`] says, until it is settled or has to wait.

use std::time::Duration;

use super::{
    lease::{Held, leaves_time_to_send},
    next::{Action, Event, next},
    runner::{Inner, Ledger},
};
use crate::fail_point::{self, FailPoint};
use crate::ports::{
    billing::{Observation, QuantityUpdate, ReadError, SetOutcome},
    clock::Millis,
    store::{
        StoreError,
        operation::{Carried, Direction, OperationRecord, Outcome, Progress, Settlement},
    },
};

/// Pauses between attempts to store what billing answered.
const STORE_PAUSES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(8)];

/// From then on an operation in doubt is for a person to look at, in milliseconds.
const LONG_DOUBT: i64 = 15 * 60 * 1000;

impl Ledger {
    /// Runs an operation whose lease this host holds.
    pub(super) async fn execute(&self, carried: Carried, held: Held) -> Result<(), StoreError> {
        let Inner { store, billing, clock, randomness, settings, .. } = &*self.inner;
        let Some(billing) = billing else { return Ok(()) };
        let Carried { operation, changes } = carried;
        let step = |operation, event| next(operation, event, clock.now(), randomness.below(1000));
        let (mut operation, mut action) = step(operation, Event::Claimed);
        let mut request_id = None;
        loop {
            (operation, action) = match action {
                Action::Send => {
                    if !leaves_time_to_send(held.so_far(clock.now()), settings.lease, settings.longest_send) {
                        // Whoever claims it when the lease is over in the store goes on with it.
                        tracing::warn!(operation = %operation.id, "this host stood still for so long that it sends nothing");
                        return Ok(());
                    }
                    let key = format!("{}:{}", operation.id, operation.attempt);
                    fail_point::reached(FailPoint::UpdateUnsent).await;
                    let outcome = billing.set_quantity(&update_of(&operation), &key).await;
                    fail_point::reached(FailPoint::UpdateAnswered).await;
                    log_attempt(&operation, &outcome);
                    if let SetOutcome::Applied { request_id: id } | SetOutcome::Refused { request_id: id, .. } =
                        &outcome
                    {
                        request_id.clone_from(id);
                    }
                    step(operation, Event::Sent(outcome))
                }
                Action::Read(otherwise) => {
                    let reading = billing.read(&operation.target).await;
                    fail_point::reached(FailPoint::DoubtRead).await;
                    let writers = store.known_writers(&operation.id).await?;
                    tell_of_stranger(&operation, &reading, &writers);
                    step(operation, Event::Read { reading, writers, otherwise })
                }
                Action::Pause { cause } => {
                    alarm_if_long_in_doubt(&operation, clock.now());
                    let progress = Progress { operation, last_error: Some(cause) };
                    fail_point::reached(FailPoint::PauseUnstored).await;
                    persevere(|| store.record(&progress)).await?;
                    fail_point::reached(FailPoint::PauseStored).await;
                    return Ok(());
                }
                Action::Settle(outcome) => {
                    let settlement =
                        Settlement { carried: Carried { operation, changes }, outcome, request_id, at: clock.now() };
                    if persevere(|| store.settle(&settlement)).await? {
                        fail_point::reached(FailPoint::SettlementCommitted).await;
                        log_settlement(&settlement);
                        for change in &settlement.carried.changes {
                            let after = settlement.outcome.applied_to(change, settlement.at);
                            if after.state.is_settled() {
                                self.inner.waiters.settled(after);
                            }
                        }
                        if settlement.outcome == Outcome::Applied {
                            self.compare_with_quote(&settlement.carried);
                        }
                        if self.waiting().remove(&settlement.carried.operation.subscription_id) {
                            self.inner.wake.notify_one();
                        }
                    }
                    return Ok(());
                }
            };
        }
    }
}

/// An answer of billing is not lost because the store was away for a moment: storing it is tried a few times within the
/// lease. A settlement that was stored although the store's answer was lost is recognised by its fence.
async fn persevere<F: Future<Output = Result<bool, StoreError>>>(
    mut store_it: impl FnMut() -> F,
) -> Result<bool, StoreError> {
    for pause in STORE_PAUSES {
        match store_it().await {
            Err(StoreError::Unavailable { cause }) => {
                tracing::warn!(cause, "an answer of billing could not be stored yet");
                tokio::time::sleep(pause).await;
            }
            settled => return settled,
        }
    }
    store_it().await
}

fn update_of(operation: &OperationRecord) -> QuantityUpdate {
    QuantityUpdate {
        target: operation.target.clone(),
        quantity: operation.to_quantity,
        gate: operation.gate,
        proration_at: operation.proration_at,
        operation_id: operation.id.clone(),
    }
}

fn log_attempt(operation: &OperationRecord, outcome: &SetOutcome) {
    match outcome {
        SetOutcome::Applied { .. } => {}
        SetOutcome::Unauthorized => {
            tracing::error!(operation = %operation.id, "the billing provider does not accept the key");
        }
        SetOutcome::Refused { refusal, .. } => {
            tracing::warn!(operation = %operation.id, ?refusal, "billing refused an operation");
        }
        SetOutcome::NotSent { cause } | SetOutcome::Unknown { cause, .. } => {
            tracing::warn!(operation = %operation.id, tries = operation.tries, cause, "billing gave no clear answer");
        }
        SetOutcome::Busy { .. } | SetOutcome::InProgress => {
            tracing::info!(operation = %operation.id, tries = operation.tries, "billing is busy");
        }
    }
}

/// Says that an operation waits for somebody who answers for this database.
fn tell_of_stranger(operation: &OperationRecord, reading: &Result<Observation, ReadError>, writers: &[String]) {
    let Ok(Observation { last_operation_id: Some(writer), .. }) = reading else { return };
    if *writer != operation.id && !writers.contains(writer) {
        tracing::error!(
            operation = %operation.id, writer,
            "an operation that this ledger does not know wrote last: see `turnpike reconcile --confirm`"
        );
    }
}

/// Says that an operation wants a person. What is in doubt for longer than it takes the provider to come back is not
/// resolved by waiting alone.
fn alarm_if_long_in_doubt(operation: &OperationRecord, now: Millis) {
    let Some(since) = operation.in_doubt_since else { return };
    if now.saturating_sub(since) > LONG_DOUBT {
        tracing::error!(operation = %operation.id, since, "an operation has been in doubt for more than 15 minutes");
    }
}

fn log_settlement(settlement: &Settlement) {
    let OperationRecord { id, from_quantity, to_quantity, direction, .. } = &settlement.carried.operation;
    match (&settlement.outcome, direction) {
        (Outcome::Applied, _) => {
            tracing::info!(operation = %id, from = from_quantity, to = to_quantity, "billing confirmed an operation");
        }
        (Outcome::Rejected { .. }, Direction::Raise | Direction::Mixed) => {
            tracing::warn!(operation = %id, "an activation was refused by billing; nothing of it is left");
        }
        (Outcome::Rejected { .. }, Direction::Lower) => {
            tracing::error!(operation = %id, "billing refused to lower a quantity; it is tried again");
        }
    }
}
