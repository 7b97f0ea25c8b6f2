//! The pure parts of the billing ledger: the life of an operation, what is formed from waiting changes, and who is told.

mod form;
mod form_laws;
mod laws;
mod lease;
mod life;
mod next;
mod spacing;
mod waiters;

use core_wasm::{reason::Reason, settings::Gate};
use turnpike::{
    ledger::next::{Action, Event, Otherwise, next},
    ports::{
        billing::{BillingTarget, Observation, ReadError, Refusal, SetOutcome},
        store::{
            change::{ChangeKind, ChangeRecord, ChangeState},
            operation::{Direction, OperationRecord, OperationState, Outcome},
        },
    },
};

const NOW: i64 = 1_800_000_000_000;
const HOUR: i64 = 60 * 60 * 1000;

/// What is done with an operation that was just claimed, which changes nothing but how old its key is taken for.
fn after_claim(operation: &OperationRecord, now: i64) -> Action {
    let (after, action) = next(operation.clone(), Event::Claimed, now, 0);
    assert_eq!(OperationRecord { first_sent_at: operation.first_sent_at, ..after }, *operation);
    action
}

fn after_sending(operation: OperationRecord, outcome: SetOutcome, now: i64, jitter: i64) -> (OperationRecord, Action) {
    next(operation, Event::Sent(outcome), now, jitter)
}

fn after_reading(
    operation: OperationRecord,
    reading: Result<Observation, ReadError>,
    otherwise: Otherwise,
    now: i64,
    jitter: i64,
) -> (OperationRecord, Action) {
    next(operation, Event::Read { reading, writers: vec!["op before".to_owned()], otherwise }, now, jitter)
}

/// An operation that this host has just claimed and never sent before.
fn claimed() -> OperationRecord {
    OperationRecord {
        id: "op".to_owned(),
        seq: 7,
        mandate_id: "m1".to_owned(),
        subscription_id: "s1".to_owned(),
        target: BillingTarget { subscription: "sub_1".to_owned(), item: "si_1".to_owned() },
        direction: Direction::Raise,
        gate: Gate::Quantity,
        from_quantity: 3,
        to_quantity: 4,
        proration_at: Some(NOW - 1000),
        state: OperationState::Sent,
        attempt: 1,
        tries: 0,
        may_have_run: false,
        first_sent_at: Some(NOW - 100),
        in_doubt_since: None,
        next_at: NOW - 100,
        fence: 3,
    }
}

/// An operation that was sent twice without a clear answer.
fn doubtful() -> OperationRecord {
    OperationRecord {
        state: OperationState::InDoubt,
        tries: 2,
        may_have_run: true,
        first_sent_at: Some(NOW - 6000),
        in_doubt_since: Some(NOW - 5000),
        fence: 5,
        ..claimed()
    }
}

/// An operation whose first key was found to have done nothing.
fn second_key() -> OperationRecord {
    OperationRecord { attempt: 2, fence: 6, ..claimed() }
}

fn change(id: &str, kind: ChangeKind, gated: bool, effective_at: i64) -> ChangeRecord {
    ChangeRecord {
        id: id.to_owned(),
        kind,
        state: ChangeState::Queued,
        mandate_id: "m1".to_owned(),
        feature_code: "chatbot".to_owned(),
        instance_id: format!("instance of {id}"),
        user_id: "u1".to_owned(),
        subject_id: None,
        ends_instance: kind == ChangeKind::End,
        subscription_id: Some("s1".to_owned()),
        gate: gated.then_some(Gate::Quantity),
        effective_at,
        created_at: effective_at,
        settled_at: None,
        operation_id: None,
        reasons: Vec::new(),
        key: None,
        policy_digest: "d".to_owned(),
        batch: None,
        quote_id: None,
    }
}

fn confirmed() -> SetOutcome {
    SetOutcome::Applied { request_id: Some("req_1".to_owned()) }
}

fn refused(refusal: Refusal) -> SetOutcome {
    SetOutcome::Refused { refusal, request_id: Some("req_2".to_owned()) }
}

fn invalid() -> SetOutcome {
    refused(Refusal::Invalid { cause: "`parameter_unknown`".to_owned() })
}

fn not_sent() -> SetOutcome {
    SetOutcome::NotSent { cause: "no connection".to_owned() }
}

fn busy(retry_after: Option<i64>) -> SetOutcome {
    SetOutcome::Busy { retry_after }
}

fn unknown() -> SetOutcome {
    SetOutcome::Unknown { saved: false, cause: "reset".to_owned() }
}

fn saved() -> SetOutcome {
    SetOutcome::Unknown { saved: true, cause: "status 500".to_owned() }
}

/// A reading that names our operation as the last one.
fn ours() -> Result<Observation, ReadError> {
    Ok(observation(4, Some("op")))
}

/// A reading that names the operation before ours.
fn others() -> Result<Observation, ReadError> {
    Ok(observation(3, Some("op before")))
}

/// A reading that names an operation that our rows do not know, at the very quantity of ours.
fn strangers() -> Result<Observation, ReadError> {
    Ok(observation(4, Some("stranger")))
}

fn unreadable() -> Result<Observation, ReadError> {
    Err(ReadError::Unavailable { cause: "status 503".to_owned() })
}

fn observation(quantity: i64, last_operation_id: Option<&str>) -> Observation {
    Observation {
        quantity,
        last_operation_id: last_operation_id.map(str::to_owned),
        in_force: true,
        price: Some((1200, "CHF".to_owned())),
    }
}

fn rejected(reason: Reason, retry_at: i64) -> Outcome {
    Outcome::Rejected { reasons: vec![reason], retry_at }
}
