//! Whole lives of operations: the answers that come, and all that is done about them.
//!
//! A host is played as the runner and the store do it: what is not paused is not stored, and whoever claims an
//! operation whose host died takes it as one that may have run.

use turnpike::{
    ledger::next::{Action, claimed as claim},
    ports::{
        billing::{Observation, ReadError, Refusal, SetOutcome},
        store::operation::{OperationRecord, Outcome},
    },
};

use super::{
    HOUR, NOW, after_claim, after_reading, after_sending, busy, claimed, confirmed, doubtful, invalid, not_sent,
    others, ours, refused, saved, strangers, unknown, unreadable,
};

/// After how long a dead host's operation is taken over.
const LEASE: i64 = 60_000;

/// What happens next.
#[derive(Clone, Debug)]
enum Event {
    /// A send gets this answer.
    Sent(SetOutcome),
    /// A reading gets this answer.
    Read(Result<Observation, ReadError>),
    /// The host dies before it could do anything about the answer it waits for.
    Dies,
}

/// Plays a life from an operation that was just claimed: every step in words.
fn live(mut operation: OperationRecord, events: &[Event]) -> Vec<String> {
    let (mut now, mut steps, mut events) = (NOW, Vec::new(), events.iter());
    let mut stored = operation.clone();
    let mut action = after_claim(&operation, now);
    loop {
        (operation, action) = match action {
            Action::Send => {
                let from_now = if operation.proration_at.is_none() { " from now" } else { "" };
                steps.push(format!("send {}:{}{from_now}", operation.id, operation.attempt));
                match events.next() {
                    Some(Event::Sent(outcome)) => after_sending(operation, outcome.clone(), now, 0),
                    Some(Event::Dies) => taken_over(&mut stored, &mut now, &mut steps),
                    other => return unexpected(steps, other),
                }
            }
            Action::Read(otherwise) => {
                steps.push("read".to_owned());
                match events.next() {
                    Some(Event::Read(reading)) => after_reading(operation, reading.clone(), otherwise, now, 0),
                    Some(Event::Dies) => taken_over(&mut stored, &mut now, &mut steps),
                    other => return unexpected(steps, other),
                }
            }
            Action::Pause { .. } => {
                steps.push(format!("{} for {}", operation.state.as_str(), operation.next_at - now));
                now = operation.next_at;
                stored = claim(operation, now);
                (stored.clone(), after_claim(&stored, now))
            }
            Action::Settle(outcome) => {
                steps.push(match outcome {
                    Outcome::Applied => "applied".to_owned(),
                    Outcome::Rejected { reasons, .. } => {
                        format!("rejected: {}", reasons.iter().map(|reason| reason.profile().code).collect::<String>())
                    }
                });
                return match events.next() {
                    None => steps,
                    other => unexpected(steps, other),
                };
            }
        }
    }
}

fn taken_over(stored: &mut OperationRecord, now: &mut i64, steps: &mut Vec<String>) -> (OperationRecord, Action) {
    steps.push("taken over".to_owned());
    *now += LEASE;
    *stored = claim(stored.clone(), *now);
    (stored.clone(), after_claim(stored, *now))
}

fn unexpected(mut steps: Vec<String>, event: Option<&Event>) -> Vec<String> {
    steps.push(format!("and then {event:?}"));
    steps
}

/// Name, operation as claimed, what happens, what is done.
#[rustfmt::skip]
fn lives() -> Vec<(&'static str, OperationRecord, Vec<Event>, &'static [&'static str])> {
    use Event::{Dies, Read, Sent};
    let first_sent = |age: i64| OperationRecord { first_sent_at: Some(NOW - age), ..doubtful() };
    let date = || refused(Refusal::ProrationDate);
    let gone = || refused(Refusal::Gone);
    vec![
        ("200", claimed(), vec![Sent(confirmed())], &["send op:1", "applied"]),
        ("502, 502, 200", claimed(), vec![Sent(unknown()), Sent(unknown()), Sent(confirmed())],
            &["send op:1", "in_doubt for 500", "send op:1", "in_doubt for 1000", "send op:1", "applied"]),
        ("applied then reset, replay", claimed(), vec![Sent(unknown()), Sent(confirmed())],
            &["send op:1", "in_doubt for 500", "send op:1", "applied"]),
        ("500 saved, reading says applied", claimed(), vec![Sent(unknown()), Sent(saved()), Read(ours())],
            &["send op:1", "in_doubt for 500", "send op:1", "read", "applied"]),
        ("500 saved, not applied, new key, 200", claimed(), vec![Sent(saved()), Read(others()), Sent(confirmed())],
            &["send op:1", "read", "prepared for 500", "send op:2", "applied"]),
        ("500 saved, unreadable, replayed, not applied, new key", claimed(),
            vec![Sent(saved()), Read(unreadable()), Sent(saved()), Read(others()), Sent(confirmed())],
            &["send op:1", "read", "in_doubt for 500", "send op:1", "read", "prepared for 1000", "send op:2", "applied"]),
        ("every key fails: asked less and less", claimed(),
            vec![Sent(unknown()), Sent(saved()), Read(others()), Sent(unknown()), Sent(saved()), Read(others()),
                 Sent(unknown()), Sent(saved()), Read(others()), Sent(confirmed())],
            &["send op:1", "in_doubt for 500", "send op:1", "read", "prepared for 1000",
              "send op:2", "in_doubt for 1000", "send op:2", "read", "prepared for 2000",
              "send op:3", "in_doubt for 2000", "send op:3", "read", "prepared for 4000", "send op:4", "applied"]),
        ("not sent 8 times, then 200", claimed(),
            [vec![Sent(not_sent()); 8], vec![Sent(confirmed())]].concat(),
            &["send op:1", "prepared for 500", "send op:1", "prepared for 1000", "send op:1", "prepared for 2000",
              "send op:1", "prepared for 4000", "send op:1", "prepared for 8000", "send op:1", "prepared for 16000",
              "send op:1", "prepared for 32000", "send op:1", "prepared for 60000", "send op:1", "applied"]),
        ("402", claimed(), vec![Sent(refused(Refusal::Declined))], &["send op:1", "rejected: payment-declined"]),
        ("timeout, then 402", claimed(), vec![Sent(unknown()), Sent(refused(Refusal::Declined))],
            &["send op:1", "in_doubt for 500", "send op:1", "rejected: payment-declined"]),
        ("404", claimed(), vec![Sent(gone())], &["send op:1", "rejected: billing-refused"]),
        ("timeout, then 404", claimed(), vec![Sent(unknown()), Sent(gone()), Read(Err(ReadError::Gone))],
            &["send op:1", "in_doubt for 500", "send op:1", "read", "rejected: billing-refused"]),
        ("timeout, then 400, applied", claimed(), vec![Sent(unknown()), Sent(invalid()), Read(ours())],
            &["send op:1", "in_doubt for 500", "send op:1", "read", "applied"]),
        ("timeout, then 400, unreadable, 400 again, not applied", claimed(),
            vec![Sent(unknown()), Sent(invalid()), Read(unreadable()), Sent(invalid()), Read(others())],
            &["send op:1", "in_doubt for 500", "send op:1", "read", "in_doubt for 1000", "send op:1", "read", "rejected: billing-refused"]),
        ("timeout, not sent, 429, unauthorized: the doubt stays", claimed(),
            vec![Sent(unknown()), Sent(not_sent()), Sent(busy(None)), Sent(SetOutcome::Unauthorized), Sent(confirmed())],
            &["send op:1", "in_doubt for 500", "send op:1", "in_doubt for 1000", "send op:1", "in_doubt for 2000",
              "send op:1", "in_doubt for 60000", "send op:1", "applied"]),
        ("409, then the copy's answer", claimed(), vec![Sent(SetOutcome::InProgress), Sent(confirmed())],
            &["send op:1", "in_doubt for 500", "send op:1", "applied"]),
        ("429 with a wish", claimed(), vec![Sent(busy(Some(7000))), Sent(confirmed())],
            &["send op:1", "in_doubt for 7000", "send op:1", "applied"]),
        ("429, though a copy was applied", claimed(), vec![Sent(busy(None)), Sent(gone()), Read(ours())],
            &["send op:1", "in_doubt for 500", "send op:1", "read", "applied"]),
        ("429 by a limit", claimed(), vec![Sent(busy(Some(600_000))), Sent(confirmed())],
            &["send op:1", "prepared for 600000", "send op:1", "applied"]),
        ("401 until somebody mends it", claimed(), vec![Sent(SetOutcome::Unauthorized), Sent(SetOutcome::Unauthorized), Sent(confirmed())],
            &["send op:1", "prepared for 60000", "send op:1", "prepared for 60000", "send op:1", "applied"]),
        ("20 h old", first_sent(20 * HOUR), vec![Sent(confirmed())], &["send op:1", "applied"]),
        ("older, applied", first_sent(20 * HOUR + 1), vec![Read(ours())], &["read", "applied"]),
        ("older, not applied", first_sent(20 * HOUR + 1), vec![Read(others()), Sent(confirmed())],
            &["read", "prepared for 1000", "send op:2", "applied"]),
        ("older, of a copy: a stranger wrote, until somebody answers for the rows", first_sent(20 * HOUR + 1),
            vec![Read(strangers()), Read(strangers()), Read(others()), Sent(confirmed())],
            &["read", "in_doubt for 60000", "read", "in_doubt for 60000", "read", "prepared for 1000", "send op:2", "applied"]),
        ("older, unreadable at first", first_sent(20 * HOUR + 1), vec![Read(unreadable()), Read(ours())],
            &["read", "in_doubt for 1000", "read", "applied"]),
        ("the period is over", claimed(), vec![Sent(date()), Read(others()), Sent(confirmed())],
            &["send op:1", "read", "prepared for 500", "send op:2 from now", "applied"]),
        ("the period is over, and the host dies: its successor goes on with the new key", claimed(),
            vec![Sent(date()), Read(others()), Dies, Sent(confirmed())],
            &["send op:1", "read", "prepared for 500", "send op:2 from now", "taken over", "send op:2 from now", "applied"]),
        ("the period is over, and that was not it", claimed(), vec![Sent(date()), Read(others()), Sent(date())],
            &["send op:1", "read", "prepared for 500", "send op:2 from now", "rejected: billing-refused"]),
        ("timeout, the period is over, applied", claimed(), vec![Sent(unknown()), Sent(date()), Read(ours())],
            &["send op:1", "in_doubt for 500", "send op:1", "read", "applied"]),
        ("timeout, the period is over, not applied", claimed(), vec![Sent(unknown()), Sent(date()), Read(others()), Sent(confirmed())],
            &["send op:1", "in_doubt for 500", "send op:1", "read", "prepared for 1000", "send op:2 from now", "applied"]),
        ("timeout, the period is over, unreadable: nothing is changed yet", claimed(),
            vec![Sent(unknown()), Sent(date()), Read(unreadable()), Sent(confirmed())],
            &["send op:1", "in_doubt for 500", "send op:1", "read", "in_doubt for 1000", "send op:1", "applied"]),
        ("the host dies, its successor replays", claimed(), vec![Dies, Sent(confirmed())],
            &["send op:1", "taken over", "send op:1", "applied"]),
        ("the host dies, then nothing gets through: the doubt stays", claimed(), vec![Dies, Sent(not_sent()), Sent(confirmed())],
            &["send op:1", "taken over", "send op:1", "in_doubt for 500", "send op:1", "applied"]),
        ("the host dies, then 404, applied", claimed(), vec![Dies, Sent(gone()), Read(ours())],
            &["send op:1", "taken over", "send op:1", "read", "applied"]),
        ("the host dies while it reads", claimed(), vec![Sent(saved()), Dies, Sent(saved()), Read(others()), Sent(confirmed())],
            &["send op:1", "read", "taken over", "send op:1", "read", "prepared for 500", "send op:2", "applied"]),
    ]
}

#[test]
fn a_life_takes_its_course() {
    for (name, operation, events, steps) in lives() {
        assert_eq!(live(operation, &events), steps, "{name}");
    }
}
