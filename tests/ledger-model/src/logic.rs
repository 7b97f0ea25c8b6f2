//! The ledger's own functions, as the host runs them, or with one fault planted around them.

use turnpike::{
    ledger::{
        form::{self, Formed},
        lease::leaves_time_to_send,
        next::{Action, Event, KEY_LIFETIME, Otherwise, claimed, next},
    },
    ports::{
        billing::SetOutcome,
        clock::Millis,
        store::{
            change::ChangeRecord,
            operation::{OperationRecord, OperationState, Outcome},
        },
    },
};

use crate::plants::Plant;

/// How long a host holds an operation, and how long a request may take: as by default.
const LEASE: Millis = 60_000;
const LONGEST_SEND: std::time::Duration = std::time::Duration::from_secs(30);

/// The logic that the world runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Logic {
    /// What is wrong with it.
    pub(crate) planted: Option<Plant>,
}

impl Logic {
    fn has(self, plant: Plant) -> bool {
        self.planted == Some(plant)
    }

    /// [`next()`], without jitter.
    pub(crate) fn next(self, operation: OperationRecord, mut event: Event, now: Millis) -> (OperationRecord, Action) {
        if let Event::Read { reading: Ok(seen), writers, .. } = &mut event
            && self.has(Plant::StrangerIgnored)
        {
            writers.extend(seen.last_operation_id.clone());
        }
        let claim = event == Event::Claimed;
        let busy = matches!(&event, Event::Sent(SetOutcome::Busy { .. }));
        let unknown = matches!(&event, Event::Sent(SetOutcome::Unknown { .. }));
        let saved = matches!(&event, Event::Sent(SetOutcome::Unknown { saved: true, .. }));
        let (mut after, action) = next(operation.clone(), event, now, 0);
        if self.has(Plant::NewKeyPerAttempt) && unknown && !saved {
            after.attempt += 1;
        }
        if self.has(Plant::BusyIsNothing) && busy && !operation.may_have_run {
            let state = OperationState::Prepared;
            after = OperationRecord { state, may_have_run: false, first_sent_at: None, in_doubt_since: None, ..after };
        }
        if self.has(Plant::NoReadingOfWhatLay) && claim && !is_old(&operation, now) {
            return (operation, Action::Send);
        }
        if self.has(Plant::KeyForEver) && action == Action::Read(Otherwise::NewKey) && is_old(&after, now) {
            return (after, Action::Send);
        }
        if self.has(Plant::NeverResolves) && saved {
            after.state = OperationState::InDoubt;
            return (after, Action::Pause { cause: "it said so before".to_owned() });
        }
        if self.has(Plant::TimeoutIsRefusal) && unknown && !saved {
            return (after, Action::Settle(Outcome::Rejected { reasons: Vec::new(), retry_at: 0 }));
        }
        if self.has(Plant::RefusalWithoutReading)
            && let Action::Read(Otherwise::Reject(reason)) = action
        {
            return (after, Action::Settle(Outcome::Rejected { reasons: vec![reason], retry_at: 0 }));
        }
        (after, action)
    }

    /// [`claimed()`].
    pub(crate) fn claimed(self, operation: OperationRecord, now: Millis) -> OperationRecord {
        let before = operation.clone();
        let after = claimed(operation, now);
        if self.has(Plant::ClaimForgetsDoubt) {
            return OperationRecord { may_have_run: before.may_have_run, ..after };
        }
        after
    }

    /// [`form::form`].
    pub(crate) fn form(self, queued: &[ChangeRecord], billed: i64, confirmed: i64) -> Option<Formed> {
        form::form(queued, billed, confirmed)
    }

    /// [`Outcome::applied_to`].
    pub(crate) fn applied_to(self, outcome: &Outcome, change: &ChangeRecord) -> ChangeRecord {
        outcome.applied_to(change, 0)
    }

    /// Whether a host sends an operation that it holds, as far as its clock knows.
    pub(crate) fn may_send(self, lease_over: bool) -> bool {
        self.has(Plant::NoLookAtTheLease)
            || leaves_time_to_send(if lease_over { LEASE } else { 0 }, LEASE, LONGEST_SEND)
    }

    /// Whether a host that holds this fence may record or settle.
    pub(crate) fn may_store(self, held: u8, row: u8, settles: bool) -> bool {
        let unfenced = if settles { Plant::SettleWithoutFence } else { Plant::RecordWithoutFence };
        held == row || self.has(unfenced)
    }

    /// Whether an operation in this state keeps the next one from being formed.
    pub(crate) fn blocks_the_next(self, in_doubt: bool) -> bool {
        !(in_doubt && self.has(Plant::NextWhileInDoubt))
    }

    /// Whether an instance can be used before billing confirmed it.
    pub(crate) fn usable_at_once(self) -> bool {
        self.has(Plant::UsableBeforeConfirmed)
    }

    /// Whether an end is off the bill, by our rows, the moment it is asked for.
    pub(crate) fn ended_at_once(self) -> bool {
        self.has(Plant::EndedBeforeConfirmed)
    }
}

fn is_old(operation: &OperationRecord, now: Millis) -> bool {
    operation.first_sent_at.is_some_and(|first| now - first > KEY_LIFETIME)
}
