//! Since when: a span before now, a day or an instant.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::ports::clock::Millis;

/// Since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    /// So many milliseconds before now.
    Ago(i64),
    /// An instant.
    At(Millis),
}

impl Since {
    /// The instant, as of now.
    pub(super) fn instant(self, now: Millis) -> Millis {
        match self {
            Self::Ago(span) => now.saturating_sub(span),
            Self::At(at) => at,
        }
    }
}

/// Reads `30d`, `12h`, `90m`, a day in UTC (`YYYY-MM-DD`, nothing else is one) or an instant with its offset.
///
/// # Errors
/// Says what would be right.
pub(super) fn parse(text: &str) -> Result<Since, String> {
    if let Some(span) = span(text) {
        return Ok(Since::Ago(span));
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Since::At(at.as_millisecond()));
    }
    if is_day(text)
        && let Ok(day) = text.parse::<Date>()
        && let Ok(midnight) = day.to_zoned(TimeZone::UTC)
    {
        return Ok(Since::At(midnight.timestamp().as_millisecond()));
    }
    // A time of day that nobody can place on the clock of the world.
    match text.parse::<DateTime>() {
        Ok(at) if text.contains(':') => Err(format!("a time needs its offset: `{at}Z` is that time in UTC")),
        _ => Err("it must be a span such as `30d`, `12h` or `90m`, a day such as `2026-10-01`, or an instant such as \
                  `2026-10-01T08:00:00Z`"
            .to_owned()),
    }
}

/// Whether it has the form `YYYY-MM-DD`. A date parser takes more: the date of a date and time, and `20261001`.
fn is_day(text: &str) -> bool {
    text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(place, byte)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

fn span(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "d" => 86_400_000,
        "h" => 3_600_000,
        "m" => 60_000,
        _ => return None,
    };
    // Without a sign.
    number.parse::<u32>().ok().map(|number| i64::from(number).saturating_mul(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_days_and_instants() {
        let now = 1_795_000_000_000;
        let cases = [
            ("30d", Some(now - 30 * 86_400_000)),
            ("12h", Some(now - 12 * 3_600_000)),
            ("90m", Some(now - 90 * 60_000)),
            ("2026-11-18", Some(1_794_960_000_000)),
            ("2026-11-18T11:06:40Z", Some(now)),
            ("2026-11-18T12:06:40+01:00", Some(now)),
            ("yesterday", None),
            ("-3d", None),
            ("2026-13-01", None),
            ("20261118", None),
            ("+002026-11-18", None),
            ("2026-W47-3", None),
            ("2026-11-18T11:06:40", None),
            ("2026-11-18 11:06", None),
            ("2026-11-18[Europe/Zurich]", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).ok().map(|since| since.instant(now)), expected, "{text}");
        }
    }

    #[test]
    fn a_time_without_an_offset_is_told_with_one() {
        for text in ["2026-11-23T23:00:00", "2026-11-23 23:00", "2026-11-23T23:00"] {
            let told = parse(text).unwrap_err();
            assert!(told.contains("`2026-11-23T23:00:00Z`"), "{text}: {told}");
        }
        assert!(parse("20261123").unwrap_err().contains("a day such as `2026-10-01`"));
    }
}
