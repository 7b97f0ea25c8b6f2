//! The receipt of an erasure: when, what was done to which rows, and what stays and why. It names nobody, so that it can be
//! kept; its digest stands in the audit trail.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    policy::hex_sha256,
    ports::{clock::Millis, store::erasure::Erased},
};

/// What stays, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Where.
    pub place: &'static str,
    /// Which of it.
    pub fields: &'static str,
    /// For what reason.
    pub why: &'static str,
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// `person` or `mandate`.
    pub erased: &'static str,
    /// When, in UTC.
    pub at: String,
    /// Of a mandate its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mandate: Option<String>,
    /// What stands in place of ids in rows that stay.
    pub tombstone: String,
    /// What was done, place by place.
    pub done: Vec<Done>,
    /// What stays.
    pub kept: Vec<Kept>,
    /// SHA-256 of all above as JSON without spaces, in this order.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub digest: String,
}

/// What was done to the rows of one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Done {
    /// A table or column.
    pub place: String,
    /// `removed`, `emptied` or `renamed`.
    pub how: &'static str,
    /// To how many rows.
    pub rows: u64,
}

/// Money: the reason is the same wherever it is.
const MONEY: &str = "proof of what was billed: commercial and tax law have business records kept, usually for ten years; they \
     go after `TURNPIKE_LEDGER_KEPT`";

/// What a change was held to.
const QUOTED: &str = "proof of what was told before it was billed; they go after `TURNPIKE_QUOTES_KEPT`";

/// What stays of a person.
pub(super) const OF_PERSON: [Kept; 6] = [
    Kept {
        place: "changes",
        fields: "what was done with which instance of which mandate, when, how billing took it; the tombstone for the person",
        why: MONEY,
    },
    Kept {
        place: "operations",
        fields: "quantities, amounts, instants, Stripe's ids of the mandate; nobody's name",
        why: MONEY,
    },
    Kept {
        place: "quotes",
        fields: "those that a change was held to: amounts; the tombstone for the person",
        why: QUOTED,
    },
    Kept {
        place: "decisions",
        fields: "facts and answers without names and ids, under a pseudonym whose key is destroyed",
        why: "proof of why something was allowed or refused; they go after `TURNPIKE_DECISIONS_KEPT`",
    },
    Kept {
        place: "events",
        fields: "what was told to the embedding product; the tombstone for the person",
        why: "their order has no gaps; they go after `TURNPIKE_EVENTS_KEPT`",
    },
    Kept {
        place: "erased_people",
        fields: "a keyed mark made of the id, which names nobody and leads nowhere",
        why: "whoever comes back under the same id is given no second home mandate and trial",
    },
];

/// What stays of a mandate.
pub(super) const OF_MANDATE: [Kept; 5] = [
    Kept {
        place: "changes",
        fields: "what was done with which instance, when, how billing took it; the tombstone for everybody",
        why: MONEY,
    },
    Kept { place: "operations", fields: "quantities, amounts, instants, Stripe's ids; nobody's name", why: MONEY },
    Kept {
        place: "quotes",
        fields: "those that a change was held to: amounts; the tombstone for everybody",
        why: QUOTED,
    },
    Kept {
        place: "decisions",
        fields: "facts and answers without names and ids, under no pseudonym",
        why: "proof of why something was allowed or refused; they go after `TURNPIKE_DECISIONS_KEPT`",
    },
    Kept {
        place: "events",
        fields: "what was told to the embedding product; the tombstone for everybody",
        why: "their order has no gaps; they go after `TURNPIKE_EVENTS_KEPT`",
    },
];

impl Receipt {
    /// The receipt of what was done.
    pub(super) fn of(
        (erased, mandate): (&'static str, Option<&str>),
        at: Millis,
        tombstone: &str,
        done: &[Erased],
        kept: &[Kept],
    ) -> Self {
        let done = done.iter().map(|done| Done { place: done.place.clone(), how: done.how.as_str(), rows: done.rows });
        let mut receipt = Self {
            erased,
            at: Timestamp::from_millisecond(at).map_or_else(|_| format!("{at} ms"), |at| at.to_string()),
            mandate: mandate.map(str::to_owned),
            tombstone: tombstone.to_owned(),
            done: done.collect(),
            kept: kept.to_vec(),
            digest: String::new(),
        };
        // Texts and numbers only: JSON can hold all of it.
        receipt.digest = serde_json::to_vec(&receipt).map(|bytes| hex_sha256(&bytes)).unwrap_or_default();
        receipt
    }
}
