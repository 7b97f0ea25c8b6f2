//! What these endpoints read from queries and bodies beside ids.

use crate::{
    http::request::{FaultKind, FieldFault, Fields, FromFields},
    ports::store::event::EventKind,
};

/// Entries of a page when nothing else is asked for, and at most.
const LIMITS: (i64, i64) = (100, 500);

/// Most characters of an address.
const LONGEST_URL: usize = 2_000;

/// The words of all kinds of events.
pub(super) const KINDS: &[&str] = &[
    "instance.activated",
    "instance.suspended",
    "instance.resumed",
    "instance.ended",
    "instance.restored",
    "access.granted",
    "access.revoked",
    "subscription.changed",
];

/// Where a page goes on, and how long it is.
#[derive(Clone, Debug)]
pub(in crate::http) struct Paging {
    /// The cursor.
    pub(super) after: Option<String>,
    /// Entries.
    pub(super) limit: i64,
}

impl FromFields for Paging {
    const NAMES: &'static [&'static str] = &["after", "limit"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let limit = fields.optional_whole("limit", 1, LIMITS.1)?.unwrap_or(LIMITS.0);
        Ok(Self { after: fields.optional_id("after")?, limit })
    }
}

/// A cursor that is a number. Whoever sends another one made it up.
pub(super) fn place(fields: &Fields<'_>, name: &str) -> Result<Option<i64>, FieldFault> {
    fields.optional_whole(name, 0, i64::MAX)
}

/// An address that may be absent.
pub(super) fn url(fields: &Fields<'_>) -> Result<Option<String>, FieldFault> {
    fields.optional_text("url", LONGEST_URL)
}

/// Kinds of events; absent or null: all.
pub(super) fn kinds(fields: &Fields<'_>) -> Result<Vec<EventKind>, FieldFault> {
    let mut kinds = Vec::new();
    for (index, word) in fields.ids("kinds")?.iter().enumerate() {
        let kind = EventKind::of_word(word).ok_or_else(|| {
            let fault = fields.fault("kinds", FaultKind::NotAllowed { allowed: KINDS });
            FieldFault { pointer: format!("{}/{index}", fault.pointer), ..fault }
        })?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_word() {
        assert_eq!(KINDS, EventKind::ALL.map(EventKind::as_str));
    }
}
