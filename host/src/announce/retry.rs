//! When an event that was not taken is sent again, and when it is given up. Pure.

use crate::ports::{clock::Millis, store::delivery::Verdict};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// For how long an event is tried, from when it was to be sent.
pub const LONGEST: i64 = 72 * HOUR;

/// The pauses after the first, second, … failure; the last one is that of all further ones.
const PAUSES: [i64; 9] =
    [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR];

/// An endpoint that asks for a longer pause gets this one.
const LONGEST_ASKED: i64 = 24 * HOUR;

/// What becomes of an event after its `failures`-th failure (from 1). Pauses are between three and five quarters of those
/// above, as `dice` below 1000 say, so that what failed together does not come back together; an endpoint may ask for
/// longer ones. The last attempt is at the end of the time; one that comes later was one more than promised.
#[must_use]
pub fn after(failures: i64, asked_at: Millis, now: Millis, asked_pause: Option<i64>, dice: i64) -> Verdict {
    let deadline = asked_at.saturating_add(LONGEST);
    if now >= deadline {
        return Verdict::Dead;
    }
    let place = usize::try_from(failures.saturating_sub(1)).unwrap_or(0);
    let whole = PAUSES.get(place).or(PAUSES.last()).copied().unwrap_or(HOUR);
    let pause = whole / 4 * 3 + whole / 2 * dice.clamp(0, 999) / 999;
    let pause = pause.max(asked_pause.unwrap_or(0).min(LONGEST_ASKED));
    Verdict::Again { at: now.saturating_add(pause).min(deadline) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The instants of all attempts when every one fails.
    fn attempts(dice: i64) -> Vec<i64> {
        let (mut at, mut attempts) = (0, vec![0]);
        while let Verdict::Again { at: next } = after(i64::try_from(attempts.len()).unwrap(), 0, at, None, dice) {
            at = next;
            attempts.push(at);
        }
        attempts
    }

    #[test]
    fn an_event_is_tried_for_three_days() {
        for dice in [0, 500, 999] {
            let attempts = attempts(dice);
            assert_eq!(attempts.last(), Some(&LONGEST), "{attempts:?}");
            assert!((9..=13).contains(&attempts.len()), "{attempts:?}");
            assert!(attempts.windows(2).all(|pair| pair[0] < pair[1]), "{attempts:?}");
        }
    }

    #[test]
    fn an_endpoint_may_ask_for_a_longer_pause_but_not_for_ever() {
        assert_eq!(after(1, 0, 0, Some(HOUR), 0), Verdict::Again { at: HOUR });
        assert_eq!(after(1, 0, 0, Some(1), 0), Verdict::Again { at: 3750 });
        assert_eq!(after(1, 0, 0, Some(i64::MAX), 0), Verdict::Again { at: LONGEST_ASKED });
    }

    #[test]
    fn what_waited_too_long_for_its_turn_is_tried_once() {
        assert_eq!(after(1, 0, LONGEST, None, 0), Verdict::Dead);
    }

    proptest! {
        #[test]
        fn the_next_attempt_is_later_and_in_time(failures in 1..1000_i64, age in 0..LONGEST, dice: i64) {
            let Verdict::Again { at } = after(failures, 0, age, None, dice) else { panic!("it is given up") };
            prop_assert!(at > age && at <= LONGEST);
        }
    }
}
