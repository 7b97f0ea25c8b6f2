//! How long to wait before events that failed are tried again.

/// The pause after the `failures`-th failure (from 1) in milliseconds: doubled each time up to `longest`, and of that
/// between the half and the whole, as `dice` below 1000 say, so that hosts do not march in step.
pub(super) fn after(failures: i64, first: i64, longest: i64, dice: i64) -> i64 {
    let doublings = u32::try_from(failures.saturating_sub(1).clamp(0, 40)).unwrap_or(40);
    let whole = first.saturating_mul(1_i64.checked_shl(doublings).unwrap_or(i64::MAX)).min(longest);
    (whole / 2).saturating_add((whole - whole / 2).saturating_mul(dice.clamp(0, 999)) / 999)
}

#[cfg(test)]
mod tests {
    use super::after;

    #[test]
    fn it_doubles_up_to_the_longest_and_is_never_below_half() {
        let pauses: Vec<i64> = (1..=6).map(|failures| after(failures, 2_000, 20_000, 999)).collect();
        assert_eq!(pauses, [2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
        assert_eq!(after(3, 2_000, 20_000, 0), 4_000);
        assert_eq!(after(i64::MAX, 2_000, 20_000, 999), 20_000);
        assert_eq!(after(0, 2_000, 20_000, 999), 2_000);
    }
}
