//! One step of an operation's life, exactly: state and answer in, next state and action out.

use core_wasm::reason::Reason;
use turnpike::{
    ledger::next::{Action, Event, KEY_LIFETIME, Otherwise, next},
    ports::{
        billing::{Observation, ReadError, Refusal, SetOutcome},
        store::operation::{OperationRecord, OperationState, Outcome},
    },
};

use super::{
    HOUR, NOW, after_claim, after_reading, after_sending, busy, claimed, confirmed, doubtful, invalid, not_sent,
    observation, others, ours, refused, rejected, saved, second_key, strangers, unknown, unreadable,
};

/// Sent once more.
fn tried(operation: OperationRecord) -> OperationRecord {
    OperationRecord { tries: operation.tries + 1, ..operation }
}

/// Let go of as if it had never been sent.
fn prepared(operation: OperationRecord, pause: i64) -> OperationRecord {
    OperationRecord {
        state: OperationState::Prepared,
        first_sent_at: None,
        in_doubt_since: None,
        next_at: NOW + pause,
        ..operation
    }
}

/// Let go of with an unknown outcome.
fn in_doubt(operation: OperationRecord, pause: i64) -> OperationRecord {
    OperationRecord {
        state: OperationState::InDoubt,
        may_have_run: true,
        in_doubt_since: operation.in_doubt_since.or(Some(NOW)),
        next_at: NOW + pause,
        ..operation
    }
}

/// Let go of with a key that was never used.
fn renewed(operation: OperationRecord, pause: i64) -> OperationRecord {
    let attempt = operation.attempt + 1;
    prepared(OperationRecord { attempt, tries: 0, may_have_run: false, ..operation }, pause)
}

fn from_now(operation: OperationRecord) -> OperationRecord {
    OperationRecord { proration_at: None, ..operation }
}

fn running(operation: OperationRecord) -> OperationRecord {
    OperationRecord { may_have_run: true, ..operation }
}

fn paused(cause: &str) -> Action {
    Action::Pause { cause: cause.to_owned() }
}

fn refused_for(reason: Reason, pause: i64) -> Action {
    Action::Settle(rejected(reason, NOW + pause))
}

const REFUSED: Reason = Reason::BillingRefused {};
const DECLINED: Reason = Reason::PaymentDeclined {};
const OWNER: Reason = Reason::PaymentActionRequired {};
const NOT_ACCEPTED: &str = "the provider does not accept the key";
const COPY: &str = "another copy of the request is being executed";
const STRANGER: &str =
    "operation `stranger` wrote last, which this ledger does not know: see `turnpike reconcile --confirm`";
const NO_INSTANT: &str = "the instant of the change is accepted no more";

/// Name, operation, answer, operation afterwards, action; the jitter is 0.
#[rustfmt::skip]
fn sendings() -> Vec<(&'static str, OperationRecord, SetOutcome, OperationRecord, Action)> {
    let late = || OperationRecord { tries: 40, ..doubtful() };
    let third = || OperationRecord { attempt: 3, tries: 1, ..claimed() };
    vec![
        // Certain at once.
        ("confirmed", claimed(), confirmed(), tried(claimed()), Action::Settle(Outcome::Applied)),
        ("confirmed after doubt", doubtful(), confirmed(), tried(doubtful()), Action::Settle(Outcome::Applied)),
        ("declined", claimed(), refused(Refusal::Declined), tried(claimed()), refused_for(DECLINED, 16_000)),
        ("declined after doubt", doubtful(), refused(Refusal::Declined), tried(doubtful()), refused_for(DECLINED, 16_000)),
        ("declined after long", late(), refused(Refusal::Declined), tried(late()), refused_for(DECLINED, 60_000)),
        ("owner needed", claimed(), refused(Refusal::ActionRequired), tried(claimed()), refused_for(OWNER, 16_000)),
        ("owner needed after doubt", doubtful(), refused(Refusal::ActionRequired), tried(doubtful()), refused_for(OWNER, 16_000)),
        ("gone", claimed(), refused(Refusal::Gone), tried(claimed()), refused_for(REFUSED, 16_000)),
        ("invalid", claimed(), invalid(), tried(claimed()), refused_for(REFUSED, 16_000)),
        ("invalid under a second key", second_key(), invalid(), tried(second_key()), refused_for(REFUSED, 16_000)),
        // A refusal that no key saves says nothing about an earlier copy.
        ("gone after doubt", doubtful(), refused(Refusal::Gone), tried(doubtful()), Action::Read(Otherwise::Reject(REFUSED))),
        ("invalid after doubt", doubtful(), invalid(), tried(doubtful()), Action::Read(Otherwise::Reject(REFUSED))),
        // The instant.
        ("instant refused", claimed(), refused(Refusal::ProrationDate), tried(claimed()), Action::Read(Otherwise::FromNow)),
        ("instant refused after doubt", doubtful(), refused(Refusal::ProrationDate), tried(doubtful()), Action::Read(Otherwise::FromNow)),
        ("instant refused without one", from_now(claimed()), refused(Refusal::ProrationDate), tried(from_now(claimed())), refused_for(REFUSED, 16_000)),
        ("instant refused without one after doubt", from_now(doubtful()), refused(Refusal::ProrationDate), tried(from_now(doubtful())), Action::Read(Otherwise::Reject(REFUSED))),
        // Certainly not executed this time.
        ("not sent", claimed(), not_sent(), prepared(tried(claimed()), 500), paused("no connection")),
        ("not sent after doubt", doubtful(), not_sent(), in_doubt(tried(doubtful()), 2000), paused("no connection")),
        ("not sent under a second key", second_key(), not_sent(), prepared(tried(second_key()), 1000), paused("no connection")),
        ("kept out by a limit", claimed(), busy(Some(600_000)), prepared(tried(claimed()), 600_000), paused("the provider is busy")),
        ("kept out by a limit after doubt", doubtful(), busy(Some(600_000)), in_doubt(tried(doubtful()), 600_000), paused("the provider is busy")),
        ("busy for less", doubtful(), busy(Some(100)), in_doubt(tried(doubtful()), 2000), paused("the provider is busy")),
        ("busy for years", claimed(), busy(Some(i64::MAX)), prepared(tried(claimed()), HOUR), paused("the provider is busy")),
        ("unauthorized", claimed(), SetOutcome::Unauthorized, prepared(tried(claimed()), 60_000), paused(NOT_ACCEPTED)),
        ("unauthorized after doubt", doubtful(), SetOutcome::Unauthorized, in_doubt(tried(doubtful()), 60_000), paused(NOT_ACCEPTED)),
        // Not executed this time, but a copy of the request may be.
        ("busy", claimed(), busy(None), in_doubt(tried(claimed()), 500), paused("the provider is busy")),
        ("busy for longer", claimed(), busy(Some(7000)), in_doubt(tried(claimed()), 7000), paused("the provider is busy")),
        ("busy since ever", claimed(), busy(Some(i64::MIN)), in_doubt(tried(claimed()), 500), paused("the provider is busy")),
        // Unknown.
        ("in progress", claimed(), SetOutcome::InProgress, in_doubt(tried(claimed()), 500), paused(COPY)),
        ("in progress after doubt", doubtful(), SetOutcome::InProgress, in_doubt(tried(doubtful()), 2000), paused(COPY)),
        ("unknown", claimed(), unknown(), in_doubt(tried(claimed()), 500), paused("reset")),
        ("unknown again", doubtful(), unknown(), in_doubt(tried(doubtful()), 2000), paused("reset")),
        ("unknown for long", late(), unknown(), in_doubt(tried(late()), 60_000), paused("reset")),
        ("unknown under a third key", third(), unknown(), in_doubt(tried(third()), 4000), paused("reset")),
        ("saved", claimed(), saved(), running(tried(claimed())), Action::Read(Otherwise::NewKey)),
        ("saved after doubt", doubtful(), saved(), tried(doubtful()), Action::Read(Otherwise::NewKey)),
    ]
}

/// Name, operation, reading, what otherwise, operation afterwards, action.
type ReadingRow = (&'static str, OperationRecord, Result<Observation, ReadError>, Otherwise, OperationRecord, Action);

/// The jitter is 0.
#[rustfmt::skip]
fn readings() -> Vec<ReadingRow> {
    let second = || OperationRecord { attempt: 2, ..doubtful() };
    let all = || [Otherwise::NewKey, Otherwise::FromNow, Otherwise::Reject(REFUSED)];
    let (unavailable, did_nothing) = (unreadable().unwrap_err().to_string(), "the last key did nothing");
    let mut rows = vec![
        ("nothing was done", doubtful(), others(), Otherwise::NewKey, renewed(doubtful(), 1000), paused(did_nothing)),
        ("nothing was done again", second(), others(), Otherwise::NewKey, renewed(second(), 2000), paused(did_nothing)),
        ("nobody wrote yet", doubtful(), Ok(observation(3, None)), Otherwise::NewKey, renewed(doubtful(), 1000), paused(did_nothing)),
        // The quantity alone proves nothing: somebody else may have set it.
        ("right by chance", doubtful(), Ok(observation(4, Some("op before"))), Otherwise::NewKey, renewed(doubtful(), 1000), paused(did_nothing)),
        ("instant refused", doubtful(), others(), Otherwise::FromNow, renewed(from_now(doubtful()), 1000), paused(NO_INSTANT)),
        ("refused", doubtful(), others(), Otherwise::Reject(REFUSED), doubtful(), refused_for(REFUSED, 16_000)),
        ("declined", doubtful(), others(), Otherwise::Reject(DECLINED), doubtful(), refused_for(DECLINED, 16_000)),
    ];
    for otherwise in all() {
        // Our rows may be an older copy: neither repeated nor refused.
        rows.push(("a stranger wrote", doubtful(), strangers(), otherwise.clone(), in_doubt(doubtful(), 60_000), paused(STRANGER)));
        rows.push(("a stranger wrote since the copy", claimed(), strangers(), otherwise.clone(), in_doubt(claimed(), 60_000), paused(STRANGER)));
        rows.push(("ours", doubtful(), ours(), otherwise.clone(), doubtful(), Action::Settle(Outcome::Applied)));
        // Somebody changed the quantity afterwards: ours was applied all the same.
        rows.push(("ours, changed since", doubtful(), Ok(observation(9, Some("op"))), otherwise.clone(), doubtful(), Action::Settle(Outcome::Applied)));
        rows.push(("gone", doubtful(), Err(ReadError::Gone), otherwise.clone(), doubtful(), refused_for(REFUSED, 16_000)));
        rows.push(("unreadable", doubtful(), unreadable(), otherwise.clone(), in_doubt(doubtful(), 1000), paused(&unavailable)));
        rows.push(("not let in", doubtful(), Err(ReadError::Unauthorized), otherwise.clone(), in_doubt(doubtful(), 1000), paused("the billing provider does not accept the key")));
        rows.push(("unreadable at first", claimed(), unreadable(), otherwise, in_doubt(claimed(), 500), paused(&unavailable)));
    }
    rows
}

#[test]
fn every_answer_to_a_send_has_one_consequence() {
    for (name, operation, outcome, after, action) in sendings() {
        assert_eq!(after_sending(operation, outcome, NOW, 0), (after, action), "{name}");
    }
}

#[test]
fn every_reading_has_one_consequence() {
    for (name, operation, reading, otherwise, after, action) in readings() {
        let case = format!("{name}, {otherwise:?}");
        assert_eq!(after_reading(operation, reading, otherwise, NOW, 0), (after, action), "{case}");
    }
}

#[test]
fn a_claimed_operation_is_sent_while_its_key_is_young() {
    let sent = |age: Option<i64>| OperationRecord { first_sent_at: age.map(|age| NOW - age), ..doubtful() };
    for (age, action) in [
        (None, Action::Send),
        (Some(-HOUR), Action::Send),
        (Some(0), Action::Send),
        (Some(KEY_LIFETIME), Action::Send),
        (Some(KEY_LIFETIME + 1), Action::Read(Otherwise::NewKey)),
        (Some(400 * 24 * HOUR), Action::Read(Otherwise::NewKey)),
    ] {
        assert_eq!(after_claim(&sent(age), NOW), action, "first sent {age:?} ms ago");
    }
    assert_eq!(KEY_LIFETIME, 20 * HOUR);
    // What was due so long ago was perhaps sent by whoever these rows were copied from.
    for (due, action) in
        [(KEY_LIFETIME, Action::Send), (KEY_LIFETIME + 1, Action::Read(Otherwise::NewKey)), (NOW, Action::Send)]
    {
        let never_sent = OperationRecord { next_at: NOW - due, first_sent_at: Some(NOW), ..claimed() };
        assert_eq!(after_claim(&never_sent, NOW), action, "due {due} ms ago");
    }
    // Where that reading fails, the next claim reads again.
    let lay = OperationRecord { next_at: NOW - 21 * HOUR, first_sent_at: Some(NOW), ..claimed() };
    let (lay, action) = next(lay, Event::Claimed, NOW, 0);
    assert_eq!(action, Action::Read(Otherwise::NewKey));
    let (lay, _) = after_reading(lay, unreadable(), Otherwise::NewKey, NOW, 0);
    assert_eq!(after_claim(&lay, lay.next_at), Action::Read(Otherwise::NewKey));
}

#[test]
fn pauses_double_up_to_a_minute_and_jitter_takes_half_at_most() {
    let pause = |tries: i64, jitter: i64| {
        let (after, _) = after_sending(OperationRecord { tries: tries - 1, ..claimed() }, not_sent(), NOW, jitter);
        after.next_at - NOW
    };
    for (tries, longest) in
        [(1, 500), (2, 1000), (3, 2000), (4, 4000), (5, 8000), (6, 16_000), (7, 32_000), (8, 60_000), (9, 60_000)]
    {
        assert_eq!(pause(tries, 0), longest, "{tries} tries");
        assert_eq!(pause(tries, 500), longest * 3 / 4, "{tries} tries");
        assert_eq!(pause(tries, 999), longest - longest * 999 / 2000, "{tries} tries");
        // What is no number below 1000 does no harm.
        assert_eq!(pause(tries, -5), longest, "{tries} tries");
        assert_eq!(pause(tries, i64::MAX), pause(tries, 999), "{tries} tries");
    }
}
