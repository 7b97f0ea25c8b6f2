//! Instants as answers show them.

use jiff::Timestamp;

use crate::ports::clock::Millis;

/// ISO 8601 in UTC, such as `2026-11-22T17:00:00Z`; `None` for an instant beyond the years that can be written.
pub(super) fn iso(instant: Millis) -> Option<String> {
    Timestamp::from_millisecond(instant).ok().map(|instant| instant.to_string())
}

/// ISO 8601 in UTC with milliseconds, such as `2026-11-22T17:00:00.000Z`.
pub(super) fn iso_with_millis(instant: Millis) -> Option<String> {
    Timestamp::from_millisecond(instant).ok().map(|instant| format!("{instant:.3}"))
}
