//! Since when: a span before now, a day or an instant.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

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

/// Reads `30d`, `12h`, `90m`, a day in UTC or an instant with its offset.
///
/// # Errors
/// Says what would be right.
pub(super) fn parse(text: &str) -> Result<Since, String> {
    let wrong = || {
        "it must be a span such as `30d` or `12h`, a day such as `2026-10-01`, or an instant such as `2026-10-01T08:00:00Z`".to_owned()
    };
    if let Some(span) = span(text) {
        return Ok(Since::Ago(span));
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Since::At(at.as_millisecond()));
    }
    let day: Date = text.parse().map_err(|_| wrong())?;
    let midnight = day.to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
    Ok(Since::At(midnight.timestamp().as_millisecond()))
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
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).ok().map(|since| since.instant(now)), expected, "{text}");
        }
    }
}
