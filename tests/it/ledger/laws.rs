//! Laws of every life, whatever the provider answers, whoever dies, and in whatever order.

use std::collections::BTreeMap;

use proptest::{collection::vec, option, prelude::*};
use turnpike::{
    ledger::next::{Action, claimed as claim},
    ports::{
        billing::{Observation, ReadError, Refusal, SetOutcome},
        clock::Millis,
        store::operation::{OperationRecord, OperationState, Outcome},
    },
};

use super::{
    HOUR, NOW, after_claim, after_reading, after_sending, claimed, confirmed, invalid, not_sent, observation, refused,
    saved, unknown,
};

/// What the next request meets, whichever it is.
#[derive(Clone, Debug)]
struct Weather {
    sent: SetOutcome,
    read: Result<Observation, ReadError>,
    host_dies: bool,
    jitter: i64,
    /// How much later the operation is claimed than it could be.
    idle: Millis,
}

fn outcome() -> impl Strategy<Value = SetOutcome> {
    prop_oneof![
        1 => Just(confirmed()),
        1 => Just(refused(Refusal::Declined)),
        1 => Just(refused(Refusal::Gone)),
        2 => Just(refused(Refusal::ProrationDate)),
        1 => Just(invalid()),
        3 => Just(not_sent()),
        2 => option::of(0..=2 * HOUR).prop_map(|retry_after| SetOutcome::Busy { retry_after }),
        2 => Just(SetOutcome::InProgress),
        1 => Just(SetOutcome::Unauthorized),
        4 => Just(unknown()),
        4 => Just(saved()),
    ]
}

fn reading() -> impl Strategy<Value = Result<Observation, ReadError>> {
    let id =
        prop_oneof![3 => Just(Some("op before")), 2 => Just(None), 1 => Just(Some("op")), 1 => Just(Some("stranger"))];
    prop_oneof![
        6 => (0..9_i64, id).prop_map(|(quantity, id)| Ok(observation(quantity, id))),
        1 => Just(Err(ReadError::Gone)),
        1 => Just(Err(ReadError::Unauthorized)),
        3 => Just(Err(ReadError::Unavailable { cause: "status 503".to_owned() })),
    ]
}

fn weather() -> impl Strategy<Value = Weather> {
    let idle = prop_oneof![8 => 0..5000_i64, 1 => Just(21 * HOUR)];
    (outcome(), reading(), prop::bool::weighted(0.1), 0..1000_i64, idle)
        .prop_map(|(sent, read, host_dies, jitter, idle)| Weather { sent, read, host_dies, jitter, idle })
}

/// Lives through the weather and checks every step.
fn live(first: OperationRecord, weathers: &[Weather]) -> Result<(), TestCaseError> {
    let mut now = NOW;
    let mut stored = first;
    let mut operation = stored.clone();
    let mut action = after_claim(&operation, now);
    let mut requests = BTreeMap::new();
    for weather in weathers {
        let before = operation.clone();
        let asked = action.clone();
        if weather.host_dies {
            now += 60_000 + weather.idle;
            stored = claim(stored, now);
            operation = stored.clone();
            action = after_claim(&operation, now);
            continue;
        }
        (operation, action) = match action {
            Action::Send => {
                // The key was stored before it is used, and its request never changes.
                prop_assert_eq!((before.attempt, before.proration_at), (stored.attempt, stored.proration_at));
                let request = (before.to_quantity, before.proration_at);
                prop_assert_eq!(*requests.entry(before.attempt).or_insert(request), request);
                after_sending(operation, weather.sent.clone(), now, weather.jitter)
            }
            Action::Read(otherwise) => after_reading(operation, weather.read.clone(), otherwise, now, weather.jitter),
            Action::Pause { .. } | Action::Settle(_) => break,
        };
        only_its_life_changes(&before, &operation)?;
        let busy =
            matches!(weather.sent, SetOutcome::Busy { retry_after } if retry_after.is_none_or(|wish| wish < 60_000));
        let unclear = matches!(weather.sent, SetOutcome::Unknown { .. } | SetOutcome::InProgress);
        if asked == Action::Send && (busy || unclear) {
            prop_assert!(operation.may_have_run, "what may have run was forgotten");
        }
        new_keys_are_earned(&before, &asked, weather, &operation)?;
        match &action {
            Action::Pause { .. } => {
                pauses_are_bounded(weather, &asked, operation.next_at - now)?;
                prop_assert_eq!(operation.state == OperationState::InDoubt, operation.may_have_run);
                prop_assert_eq!(operation.in_doubt_since.is_some(), operation.may_have_run);
                now = operation.next_at + weather.idle;
                stored = claim(operation, now);
                operation = stored.clone();
                action = after_claim(&operation, now);
            }
            Action::Settle(Outcome::Applied) => prop_assert!(is_confirmed(&asked, weather)),
            Action::Settle(Outcome::Rejected { reasons, retry_at }) => {
                prop_assert_eq!(reasons.len(), 1);
                prop_assert!((now + 8000..=now + 60_000).contains(retry_at));
                prop_assert!(is_refused(&asked, weather, &before));
            }
            Action::Send => prop_assert!(false, "a second send without a pause"),
            Action::Read(_) => prop_assert_eq!(&asked, &Action::Send),
        }
    }
    Ok(())
}

/// What an operation is never changes; its instant may only go.
fn only_its_life_changes(before: &OperationRecord, after: &OperationRecord) -> Result<(), TestCaseError> {
    prop_assert!(after.proration_at == before.proration_at || after.proration_at.is_none());
    let same = OperationRecord {
        proration_at: before.proration_at,
        state: before.state,
        attempt: before.attempt,
        tries: before.tries,
        may_have_run: before.may_have_run,
        first_sent_at: before.first_sent_at,
        in_doubt_since: before.in_doubt_since,
        next_at: before.next_at,
        ..after.clone()
    };
    prop_assert_eq!(&same, before);
    Ok(())
}

/// A new key is taken only where certainly nothing ran, or where a reading showed that nothing was applied.
fn new_keys_are_earned(
    before: &OperationRecord,
    asked: &Action,
    weather: &Weather,
    after: &OperationRecord,
) -> Result<(), TestCaseError> {
    if after.attempt == before.attempt {
        prop_assert!(after.may_have_run || !before.may_have_run, "a doubt went without a new key");
        prop_assert_eq!(after.proration_at, before.proration_at);
        return Ok(());
    }
    prop_assert_eq!(after.attempt, before.attempt + 1);
    prop_assert_eq!((after.tries, after.may_have_run, after.first_sent_at), (0, false, None));
    match asked {
        Action::Send => prop_assert!(!before.may_have_run),
        Action::Read(_) => {
            let seen = weather.read.as_ref();
            prop_assert!(seen.is_ok_and(|seen| [None, Some("op before")].contains(&seen.last_operation_id.as_deref())));
        }
        other => prop_assert!(false, "a new key came of {other:?}"),
    }
    Ok(())
}

/// Between 250 ms and a minute, but for what the provider asked for: that up to an hour.
fn pauses_are_bounded(weather: &Weather, asked: &Action, pause: Millis) -> Result<(), TestCaseError> {
    let longest = match (asked, &weather.sent) {
        (Action::Send, SetOutcome::Busy { retry_after: Some(wish) }) => {
            prop_assert!(pause >= (*wish).min(HOUR));
            (*wish).clamp(60_000, HOUR)
        }
        _ => 60_000,
    };
    prop_assert!((250..=longest).contains(&pause), "{pause}");
    Ok(())
}

fn is_confirmed(asked: &Action, weather: &Weather) -> bool {
    match asked {
        Action::Send => matches!(weather.sent, SetOutcome::Applied { .. }),
        Action::Read(_) => weather.read.as_ref().is_ok_and(|seen| seen.last_operation_id.as_deref() == Some("op")),
        _ => false,
    }
}

/// A refusal ends an operation only where no earlier copy can have been executed, or a reading showed that none was.
/// A declined payment is saved under the key, so that it holds for every copy.
fn is_refused(asked: &Action, weather: &Weather, before: &OperationRecord) -> bool {
    match asked {
        Action::Send => match &weather.sent {
            SetOutcome::Refused { refusal: Refusal::Declined, .. } => true,
            SetOutcome::Refused { .. } => !before.may_have_run,
            _ => false,
        },
        Action::Read(_) => match &weather.read {
            Ok(seen) => [None, Some("op before")].contains(&seen.last_operation_id.as_deref()),
            Err(error) => *error == ReadError::Gone,
        },
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_weather_breaks_a_law(weathers in vec(weather(), 1..40), dated in any::<bool>()) {
        let first = claimed();
        live(OperationRecord { proration_at: first.proration_at.filter(|_| dated), ..first }, &weathers)?;
    }

    /// I3: as soon as the provider answers again, the operation is through.
    #[test]
    fn from_wherever_it_is_an_operation_gets_through(weathers in vec(weather(), 0..20), applied in any::<bool>()) {
        let mut operation = claimed();
        let mut now = NOW;
        for weather in &weathers {
            let (after, action) = match after_claim(&operation, now) {
                Action::Send => after_sending(operation.clone(), weather.sent.clone(), now, weather.jitter),
                Action::Read(otherwise) => {
                    after_reading(operation.clone(), weather.read.clone(), otherwise, now, weather.jitter)
                }
                other => (operation.clone(), other),
            };
            if let Action::Pause { .. } = action {
                now = after.next_at + weather.idle;
                operation = claim(after, now);
            }
        }
        let last = if applied { "op" } else { "op before" };
        let mut steps = 0;
        let mut action = after_claim(&operation, now);
        while action != Action::Settle(Outcome::Applied) {
            steps += 1;
            prop_assert!(steps <= 3, "{operation:?}");
            (operation, action) = match action {
                Action::Send => after_sending(operation, confirmed(), now, 0),
                Action::Read(otherwise) => after_reading(operation, Ok(observation(4, Some(last))), otherwise, now, 0),
                Action::Pause { .. } => {
                    prop_assert!(operation.next_at - now <= 60_000);
                    now = operation.next_at;
                    let claimed = claim(operation, now);
                    let action = after_claim(&claimed, now);
                    (claimed, action)
                }
                Action::Settle(outcome) => return Err(TestCaseError::fail(format!("{outcome:?}"))),
            };
        }
    }

    /// Whatever is stored, nothing overflows.
    #[test]
    fn no_number_is_too_large(
        numbers in [any::<i64>(); 5], doubt in any::<bool>(), weather in weather(), now in any::<i64>(), jitter in any::<i64>(),
    ) {
        let [attempt, tries, first_sent_at, next_at, to_quantity] = numbers;
        let operation = OperationRecord {
            attempt, tries, next_at, to_quantity, may_have_run: doubt, first_sent_at: Some(first_sent_at), ..claimed()
        };
        let (after, action) = match after_claim(&operation, now) {
            Action::Read(otherwise) => after_reading(operation, weather.read, otherwise, now, jitter),
            _ => after_sending(operation, weather.sent, now, jitter),
        };
        if let Action::Pause { .. } = action {
            prop_assert!(after.next_at >= now);
        }
    }
}
