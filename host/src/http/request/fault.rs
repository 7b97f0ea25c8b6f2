//! What can be wrong with one field of a request.

use serde_json::{Value, json};

use crate::ports::courier::AddressFault;

/// A field that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// In which part of the request.
    pub place: Place,
    /// JSON pointer into the body; in a query or path `/` and the parameter's name; of a header its name.
    pub pointer: String,
    /// What is wrong.
    pub kind: FaultKind,
}

/// A part of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The JSON body.
    Body,
    /// The query string.
    Query,
    /// The path.
    Path,
    /// A header field.
    Header,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It is needed and not there.
    Missing,
    /// It is of another JSON type.
    WrongType {
        /// What it must be: `string`, `object` or `array`.
        expected: &'static str,
    },
    /// It is empty or too long.
    Length {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
    /// It is a list of too few or too many entries.
    Entries {
        /// Fewest entries.
        min: usize,
        /// Most entries.
        max: usize,
    },
    /// It is no whole number between these.
    Range {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// It holds control characters.
    ControlCharacter,
    /// It holds something that is no visible ASCII character.
    NotVisible,
    /// It is none of the words that are known there.
    NotAllowed {
        /// The known ones.
        allowed: &'static [&'static str],
    },
    /// Its name is almost that of a known field.
    NearMiss {
        /// The known one.
        expected: &'static str,
    },
    /// It is there more than once.
    Duplicate,
    /// It is not as it must be, for a reason told in English: entries are told what an import would be.
    Unfit {
        /// What is wrong, and what would be right.
        message: String,
    },
    /// It is no address that events can be sent to.
    Address(AddressFault),
    /// It does not go together with another one.
    Exclusive {
        /// The other one.
        other: &'static str,
    },
}

impl Place {
    /// The word shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Query => "query",
            Self::Path => "path",
            Self::Header => "header",
        }
    }
}

impl FieldFault {
    /// A fault of a named field at the top of its place.
    #[must_use]
    pub fn new(place: Place, name: &str, kind: FaultKind) -> Self {
        let pointer = match place {
            Place::Header => name.to_owned(),
            Place::Body | Place::Query | Place::Path => format!("/{}", escape(name)),
        };
        Self { place, pointer, kind }
    }

    /// The parameters of the reason `invalid-field`.
    #[must_use]
    pub fn params(&self) -> Value {
        let (problem, more) = match &self.kind {
            FaultKind::Missing => ("missing", None),
            FaultKind::WrongType { expected } => ("wrong-type", Some(("expected", json!(expected)))),
            FaultKind::Length { min, max } => ("length", Some(("expected", json!({ "min": min, "max": max })))),
            FaultKind::Entries { min, max } => ("entries", Some(("expected", json!({ "min": min, "max": max })))),
            FaultKind::Range { min, max } => ("range", Some(("expected", json!({ "min": min, "max": max })))),
            FaultKind::ControlCharacter => ("control-character", None),
            FaultKind::NotVisible => ("not-visible", None),
            FaultKind::NotAllowed { allowed } => ("not-allowed", Some(("expected", json!(allowed)))),
            FaultKind::NearMiss { expected } => ("near-miss", Some(("expected", json!(expected)))),
            FaultKind::Duplicate => ("duplicate", None),
            FaultKind::Unfit { message } => ("unfit", Some(("message", json!(message)))),
            FaultKind::Address(fault) => ("address", Some(("expected", json!(fault.to_string())))),
            FaultKind::Exclusive { other } => ("exclusive", Some(("other", json!(other)))),
        };
        let mut params = json!({ "in": self.place.as_str(), "pointer": self.pointer, "problem": problem });
        if let (Some((name, value)), Some(params)) = (more, params.as_object_mut()) {
            params.insert(name.to_owned(), value);
        }
        params
    }
}

/// A name as a part of a JSON pointer (RFC 6901). Names come from callers: what is long is cut.
pub(super) fn escape(name: &str) -> String {
    name.chars().take(MOST).collect::<String>().replace('~', "~0").replace('/', "~1")
}

/// Most characters of a caller's own field name that are sent back.
const MOST: usize = 100;
