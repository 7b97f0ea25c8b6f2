//! How long to wait before a mail is tried again.

/// The pause after the `attempt`-th failed attempt (from 1), in milliseconds: `first`, doubled each time up to `longest`, and of
/// that between the half and the whole, as `roll` (every value equally likely) says, so that hosts do not march in step.
pub(super) fn pause(attempt: i64, first: i64, longest: i64, roll: u32) -> i64 {
    let doublings = u32::try_from(attempt.saturating_sub(1).clamp(0, 62)).unwrap_or(62);
    let whole = first.max(1).saturating_mul(1_i64.checked_shl(doublings).unwrap_or(i64::MAX)).min(longest.max(1));
    let half = whole / 2;
    let share = i128::from(whole - half) * i128::from(roll) / i128::from(u32::MAX);
    half.saturating_add(i64::try_from(share).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn doubles_up_to_the_longest() {
        let pauses: Vec<i64> = (1..=8).map(|attempt| pause(attempt, 30_000, 600_000, u32::MAX)).collect();
        assert_eq!(pauses, [30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000, 600_000]);
        assert_eq!(pause(3, 30_000, 600_000, 0), 60_000);
    }

    proptest! {
        #[test]
        fn stays_within_its_bounds(attempt: i64, first in 1..=i64::MAX, longest in 1..=i64::MAX, roll: u32) {
            let pause = pause(attempt, first, longest, roll);
            prop_assert!(pause >= first.min(longest) / 2 && pause <= longest, "{pause}");
        }
    }
}
