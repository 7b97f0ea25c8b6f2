//! Instants: ISO 8601 in the file, UTC milliseconds inside.
//!
//! A date or a date with time that names no offset is taken as UTC; parts below a millisecond are dropped.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serializer, de, ser};

use crate::ports::clock::Millis;

/// Reads an ISO 8601 text or `null`.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Millis>, D::Error> {
    let Some(text) = Option::<String>::deserialize(input)? else { return Ok(None) };
    let instant: Option<Timestamp> = text.parse().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    match instant {
        Some(instant) => Ok(Some(instant.as_millisecond())),
        None => Err(de::Error::custom(format_args!(
            "`{}` is no instant, expected ISO 8601 such as `2026-03-01T00:00:00Z`, or null",
            text.escape_debug()
        ))),
    }
}

/// Writes the instant in UTC, or `null`.
pub(super) fn serialize<S: Serializer>(millis: &Option<Millis>, output: S) -> Result<S::Ok, S::Error> {
    match *millis {
        None => output.serialize_none(),
        Some(millis) => match Timestamp::from_millisecond(millis) {
            Ok(instant) => output.collect_str(&instant),
            Err(_) => {
                Err(ser::Error::custom(format_args!("`{millis}` is no instant between the years -9999 and 9999")))
            }
        },
    }
}
