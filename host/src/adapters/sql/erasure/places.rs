//! Every place that may hold a user's id, name or mail address, in the order in which they are erased: what leads to others
//! comes after them. The columns that a person's row itself has, and those that hang on it, go with the row.

use crate::ports::store::erasure::HowErased;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// A user's id.
    Id,
    /// JSON with ids among its texts.
    JsonId,
    /// A text for people.
    Words,
    /// JSON with texts for people.
    JsonWords,
    /// `[{"userId", …}]`: entries of the person go.
    Accesses,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) table: &'static str,
    pub(super) column: &'static str,
    pub(super) holds: Holds,
    /// Which rows alone are looked at; `$1` is the user.
    pub(super) within: Option<&'static str>,
}

/// Rows that go, or lose what nobody needs any more. $1 user.
pub(super) struct Sweep {
    pub(super) place: &'static str,
    pub(super) how: HowErased,
    pub(super) sql: &'static str,
}

/// Whose name may stand in a mail: mails tell of what somebody did, and of a home by its name.
const MAILS: &str = "change_id IS NULL OR mandate_id IN (SELECT c.mandate_id FROM changes c \
     WHERE c.user_id = $1 OR c.subject_id = $1) OR mandate_id IN (SELECT m.id FROM mandates m WHERE m.home_of = $1) \
     OR mandate_id IN (SELECT g.mandate_id FROM home_grants g WHERE g.user_id = $1) \
     OR mandate_id IN (SELECT r.mandate_id FROM feature_requests r WHERE r.user_id = $1)";

/// A home is called by its person's name. What other mandates are called is theirs.
const HOMES: &str = "home_of = $1 OR id IN (SELECT g.mandate_id FROM home_grants g WHERE g.user_id = $1)";

/// Before anything is renamed.
pub(super) const SWEPT_FIRST: [Sweep; 3] = [
    Sweep {
        place: "notices",
        how: HowErased::Removed,
        sql: "DELETE FROM notices WHERE state = 'sent' AND change_id IN (SELECT c.id FROM changes c \
              WHERE c.user_id = $1 OR c.subject_id = $1)",
    },
    Sweep {
        place: "changes.key",
        how: HowErased::Emptied,
        sql: "UPDATE changes SET key_path = NULL, key = NULL, key_fingerprint = NULL WHERE user_id = $1 AND key IS NOT NULL",
    },
    Sweep {
        place: "quotes",
        how: HowErased::Removed,
        sql: "DELETE FROM quotes WHERE user_id = $1 AND used_by IS NULL",
    },
];

/// In this order.
pub(super) const PLACES: [Place; 21] = [
    words("notices", "subject", Some(MAILS)),
    words("notices", "headline", Some(MAILS)),
    Place { table: "notices", column: "body_paragraphs", holds: Holds::JsonWords, within: Some(MAILS) },
    words("notices", "last_error", Some(MAILS)),
    words("mandates", "name", Some(HOMES)),
    words("mandates", "label", Some(HOMES)),
    words("pauses", "reason", None),
    words("event_endpoints", "description", None),
    Place { table: "events", column: "data", holds: Holds::JsonId, within: None },
    Place { table: "ended_instances", column: "accesses", holds: Holds::Accesses, within: None },
    id("ended_instances", "activated_by"),
    id("ended_instances", "ended_by"),
    id("instances", "activated_by"),
    id("quotes", "user_id"),
    words("feature_requests", "note", None),
    words("feature_requests", "answer", None),
    id("feature_requests", "closed_by"),
    id("changes", "user_id"),
    id("changes", "subject_id"),
    id("mandates", "home_of"),
    id("home_grants", "user_id"),
];

/// Who had a home mandate is in the mark: the grant and the mandate's word of it go.
pub(super) const SWEPT_LAST: [Sweep; 3] = [
    Sweep {
        place: "mandates.home_of",
        how: HowErased::Emptied,
        sql: "UPDATE mandates SET home_of = NULL WHERE home_of = $1",
    },
    Sweep { place: "home_grants", how: HowErased::Removed, sql: "DELETE FROM home_grants WHERE user_id = $1" },
    Sweep { place: "users", how: HowErased::Removed, sql: "DELETE FROM users WHERE id = $1" },
];

impl Place {
    /// Whether it goes with [`SWEPT_LAST`], and is only read here.
    pub(super) fn is_swept(&self) -> bool {
        matches!((self.table, self.column), ("mandates", "home_of") | ("home_grants", "user_id"))
    }
}

const fn id(table: &'static str, column: &'static str) -> Place {
    Place { table, column, holds: Holds::Id, within: None }
}

const fn words(table: &'static str, column: &'static str, within: Option<&'static str>) -> Place {
    Place { table, column, holds: Holds::Words, within }
}
