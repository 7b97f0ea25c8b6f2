//! Executes one operation: sends, reads and stores as [`next`](super::next) says, until it is settled or has to wait.

use std::time::Duration;

use super::{
    next::{self, Action},
    runner::{Inner, Ledger},
};
use crate::ports::{
    billing::{QuantityUpdate, SetOutcome},
    store::{
        StoreError,
        operation::{Carried, Direction, OperationRecord, Outcome, Progress, Settlement},
    },
};

/// Pauses between attempts to store what billing answered.
const STORE_PAUSES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(8)];

impl Ledger {
    /// Runs an operation whose lease this host holds.
    pub(super) async fn execute(&self, carried: Carried) -> Result<(), StoreError> {
        let Inner { store, billing, clock, randomness, .. } = &*self.inner;
        let Some(billing) = billing else { return Ok(()) };
        let Carried { mut operation, changes } = carried;
        let mut action = next::after_claim(&operation, clock.now());
        let mut request_id = None;
        loop {
            (operation, action) = match action {
                Action::Send => {
                    let key = format!("{}:{}", operation.id, operation.attempt);
                    let outcome = billing.set_quantity(&update_of(&operation), &key).await;
                    log_attempt(&operation, &outcome);
                    if let SetOutcome::Applied { request_id: id } | SetOutcome::Refused { request_id: id, .. } =
                        &outcome
                    {
                        request_id.clone_from(id);
                    }
                    next::after_sending(operation, outcome, clock.now(), randomness.below(1000))
                }
                Action::Read(otherwise) => {
                    let reading = billing.read(&operation.target).await;
                    next::after_reading(operation, reading, otherwise, clock.now(), randomness.below(1000))
                }
                Action::Pause { cause } => {
                    let progress = Progress { operation, last_error: Some(cause) };
                    persevere(|| store.record(&progress)).await?;
                    return Ok(());
                }
                Action::Settle(outcome) => {
                    let settlement =
                        Settlement { carried: Carried { operation, changes }, outcome, request_id, at: clock.now() };
                    if persevere(|| store.settle(&settlement)).await? {
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
