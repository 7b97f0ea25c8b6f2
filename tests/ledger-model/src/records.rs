//! The world's rows as the host's own records, and back: the ledger's functions take and give nothing else.

use core_wasm::{reason::Reason, settings::Gate};
use turnpike::{
    ledger::next,
    ports::{
        billing::BillingTarget,
        clock::Millis,
        store::{
            change::{ChangeKind, ChangeRecord},
            operation::{OperationRecord, OperationState, Outcome},
        },
    },
};

use crate::state::{Change, Doing, Operation, Otherwise, Stage, Wish};

/// A day of this world is longer than any key is relied on.
pub(crate) const DAY: Millis = 25 * 60 * 60 * 1000;

/// The record of an operation.
pub(crate) fn operation_record(operation: &Operation) -> OperationRecord {
    OperationRecord {
        id: operation_id(operation.id),
        seq: operation.id.into(),
        mandate_id: String::new(),
        subscription_id: String::new(),
        target: BillingTarget { subscription: String::new(), item: String::new() },
        direction: operation.direction(),
        gate: Gate::Quantity,
        from_quantity: operation.from.into(),
        to_quantity: operation.to.into(),
        proration_at: operation.dated.then_some(0),
        state: match operation.stage {
            Stage::Prepared => OperationState::Prepared,
            Stage::Sent => OperationState::Sent,
            Stage::InDoubt => OperationState::InDoubt,
            Stage::Settled => OperationState::Applied,
        },
        attempt: operation.attempt.into(),
        tries: 0,
        may_have_run: operation.may_have_run,
        first_sent_at: operation.first_sent.map(|day| Millis::from(day) * DAY),
        in_doubt_since: None,
        next_at: Millis::from(operation.due) * DAY,
        fence: operation.fence.into(),
    }
}

/// What of a record belongs to the world. `id` is known, everything else is as the ledger left it.
pub(crate) fn operation(id: u8, record: &OperationRecord) -> Operation {
    Operation {
        id,
        stage: Stage::of(record.state),
        raises: record.direction == turnpike::ports::store::operation::Direction::Raise,
        from: small(record.from_quantity),
        to: small(record.to_quantity),
        dated: record.proration_at.is_some(),
        attempt: small(record.attempt),
        may_have_run: record.may_have_run,
        first_sent: record.first_sent_at.map(|at| small(at / DAY)),
        due: small(record.next_at / DAY),
        fence: small(record.fence),
    }
}

/// The id of an operation that is in no row.
pub(crate) const STRANGER: &str = "stranger";

/// The id of an operation, as the provider keeps it.
pub(crate) fn operation_id(id: u8) -> String {
    id.to_string()
}

/// The record of a change. Its id is its place in the order of asking.
pub(crate) fn change_record(place: usize, change: &Change) -> ChangeRecord {
    let kind = match change.wish {
        Wish::Activate | Wish::ActivateAtOnce => ChangeKind::Activate,
        Wish::End => ChangeKind::End,
        Wish::Withdraw(_) => ChangeKind::Withdraw,
    };
    let at = i64::try_from(place).unwrap_or(i64::MAX);
    ChangeRecord {
        id: place.to_string(),
        kind,
        state: change.state,
        mandate_id: String::new(),
        feature_code: String::new(),
        instance_id: String::new(),
        user_id: String::new(),
        subject_id: None,
        ends_instance: kind == ChangeKind::End,
        subscription_id: Some(String::new()),
        gate: (change.wish == Wish::Activate).then_some(Gate::Quantity),
        effective_at: at,
        created_at: at,
        settled_at: None,
        operation_id: change.operation.map(operation_id),
        reasons: Vec::new(),
        key: None,
        policy_digest: String::new(),
        batch: None,
        quote_id: None,
    }
}

/// What a host does next. Why something is refused does not matter here.
pub(crate) fn doing(operation: &Operation, action: next::Action) -> Doing {
    match action {
        next::Action::Send => Doing::Send,
        next::Action::Read(next::Otherwise::NewKey) => Doing::Read(Otherwise::NewKey),
        next::Action::Read(next::Otherwise::FromNow) => Doing::Read(Otherwise::FromNow),
        next::Action::Read(next::Otherwise::Reject(_)) => Doing::Read(Otherwise::Reject),
        next::Action::Pause { .. } => {
            debug_assert_ne!(operation.stage, Stage::Settled);
            Doing::Pause
        }
        next::Action::Settle(outcome) => Doing::Settle { applied: outcome == Outcome::Applied },
    }
}

/// The ledger's word for it.
pub(crate) fn otherwise(otherwise: Otherwise) -> next::Otherwise {
    match otherwise {
        Otherwise::NewKey => next::Otherwise::NewKey,
        Otherwise::FromNow => next::Otherwise::FromNow,
        Otherwise::Reject => next::Otherwise::Reject(Reason::BillingRefused {}),
    }
}

/// The ledger's outcome.
pub(crate) fn outcome(applied: bool) -> Outcome {
    if applied { Outcome::Applied } else { Outcome::Rejected { reasons: vec![Reason::BillingRefused {}], retry_at: 0 } }
}

/// Numbers of this world are small; one that is not would be a fault, and stands out as the largest there is.
fn small<T: TryFrom<i64> + Bounded>(number: i64) -> T {
    T::try_from(number).unwrap_or(T::LARGEST)
}

trait Bounded {
    const LARGEST: Self;
}

impl Bounded for i8 {
    const LARGEST: Self = Self::MAX;
}

impl Bounded for u8 {
    const LARGEST: Self = Self::MAX;
}
