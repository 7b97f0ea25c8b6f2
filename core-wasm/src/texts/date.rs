//! The day and the minute of an instant, as people in every language read them: ISO 8601 in UTC.

const MINUTE: i64 = 60 * 1000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The UTC minute of an instant in milliseconds, as `2026-03-31 14:05 UTC`: the first that does not begin before it.
pub(super) fn minute(instant: i64) -> String {
    let instant = instant.saturating_add(MINUTE.saturating_sub(1));
    let minutes = instant.rem_euclid(DAY) / MINUTE;
    format!("{} {:02}:{:02} UTC", iso(instant), minutes / 60, minutes % 60)
}

/// The UTC day of an instant in milliseconds, as `2026-03-31`.
pub(super) fn iso(instant: i64) -> String {
    // Counted from 1 March of the year 0, so that the leap day is the last of its year; an era is 400 years.
    let days = instant.div_euclid(DAY).saturating_add(719_468);
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let leap_days = (day_of_era / 1_460).saturating_sub(day_of_era / 36_524).saturating_add(day_of_era / 146_096);
    let year_of_era = day_of_era.saturating_sub(leap_days) / 365;
    let before_year = year_of_era.saturating_mul(365).saturating_add(year_of_era / 4).saturating_sub(year_of_era / 100);
    let day_of_year = day_of_era.saturating_sub(before_year);
    let month_from_march = day_of_year.saturating_mul(5).saturating_add(2) / 153;
    let before_month = month_from_march.saturating_mul(153).saturating_add(2) / 5;
    let day = day_of_year.saturating_sub(before_month).saturating_add(1);
    let month =
        if month_from_march < 10 { month_from_march.saturating_add(3) } else { month_from_march.saturating_sub(9) };
    let year = era.saturating_mul(400).saturating_add(year_of_era).saturating_add(i64::from(month <= 2));
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::{iso, minute};

    #[test]
    fn days_around_leap_years_and_the_epoch() {
        for (instant, day) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_400_000, "2000-02-29"),
            (951_868_800_000, "2000-03-01"),
            (1_709_164_799_999, "2024-02-28"),
            (1_709_164_800_000, "2024-02-29"),
            (1_767_225_599_999, "2025-12-31"),
            (1_767_225_600_000, "2026-01-01"),
            (4_107_542_400_000, "2100-03-01"),
        ] {
            assert_eq!(iso(instant), day, "{instant}");
        }
    }

    #[test]
    fn a_minute_is_never_early() {
        for (instant, text) in [
            (0, "1970-01-01 00:00 UTC"),
            (1, "1970-01-01 00:01 UTC"),
            (60_000, "1970-01-01 00:01 UTC"),
            (-1, "1970-01-01 00:00 UTC"),
            (951_825_900_000, "2000-02-29 12:05 UTC"),
            (1_767_225_599_999, "2026-01-01 00:00 UTC"),
        ] {
            assert_eq!(minute(instant), text, "{instant}");
        }
    }

    #[test]
    fn any_instant_has_a_day() {
        for instant in [i64::MIN, i64::MAX] {
            assert!(iso(instant).len() >= 10 && minute(instant).len() >= 20);
        }
    }
}
