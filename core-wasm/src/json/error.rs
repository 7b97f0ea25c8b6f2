//! What is wrong with an input: the kind of fault and one short sentence that names field, JSON pointer and byte.
//!
//! The provided messages of serde's error trait are replaced: they would bring the formatting of floating point.

use std::fmt::{self, Display};

use serde::de::{Expected, Unexpected};

use super::{place, scan::Scanner};

/// Longest piece of the input that a message repeats, in characters.
const QUOTED: usize = 64;

/// Why an input could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Report>);

/// What an error says. Boxed, because the reader passes a result on at every level.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Report {
    fault: Fault,
    message: String,
}

/// Kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not JSON, or not of the documented form.
    Malformed,
    /// Nested deeper than any call is.
    TooDeep,
}

impl Error {
    /// What kind of fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.0.fault
    }

    /// The sentence about it.
    #[must_use]
    pub fn into_message(self) -> String {
        self.0.message
    }

    #[cold]
    pub(super) fn new(message: &str) -> Self {
        Self::joined(&[message])
    }

    #[cold]
    pub(super) fn joined(parts: &[&str]) -> Self {
        Self(Box::new(Report { fault: Fault::Malformed, message: joined(parts) }))
    }

    pub(super) fn too_deep() -> Self {
        Self(Box::new(Report { fault: Fault::TooDeep, message: joined(&["nested deeper than any call is"]) }))
    }

    pub(super) fn not_utf8(at: usize) -> Self {
        Self::joined(&["not UTF-8 (byte ", &at.to_string(), ")"])
    }

    /// The same with the place at which the scanner stopped.
    pub(super) fn located(mut self, scanner: &Scanner<'_>) -> Self {
        let at = scanner.position();
        let (pointer, at) = (place::pointer(scanner.text(), at), at.to_string());
        let (before, after) = if pointer.is_empty() { ("", "") } else { ("`", "`: ") };
        self.0.message = joined(&[before, &pointer, after, &self.0.message, " (byte ", &at, ")"]);
        self
    }
}

/// The parts in one text. Not `concat`, whose code for every case of joining is a kilobyte in the module.
fn joined(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// At most [`QUOTED`] characters of a text.
pub(super) fn shortened(text: &str) -> &str {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    }
}

#[cold]
fn unknown(what: &str, name: &str, known: &[&str]) -> Error {
    let mut message = joined(&["unknown ", what, " `", shortened(name), "`, expected one of"]);
    for (index, name) in known.iter().enumerate() {
        message.push_str(if index == 0 { " `" } else { ", `" });
        message.push_str(name);
        message.push('`');
    }
    Error::new(&message)
}

impl serde::de::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(&message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_value(found, expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Signed(number) => number.to_string(),
            Unexpected::Unsigned(number) => number.to_string(),
            Unexpected::Str(text) => shortened(text).to_owned(),
            _ => return Self::joined(&["expected ", &expected.to_string()]),
        };
        Self::joined(&["expected ", &expected.to_string(), ", found `", &found, "`"])
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::joined(&["expected ", &expected.to_string()])
    }

    fn unknown_variant(name: &str, expected: &'static [&'static str]) -> Self {
        unknown("variant", name, expected)
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        unknown("field", name, expected)
    }

    fn missing_field(name: &'static str) -> Self {
        Self::joined(&["missing field `", name, "`"])
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::joined(&["duplicate field `", name, "`"])
    }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use serde::de::{Error as _, Unexpected};

    use super::{Error, QUOTED};

    #[test]
    fn what_was_found_is_told_when_it_is_a_number_or_a_text() {
        let long = "x".repeat(100);
        for (found, text) in [
            (Unexpected::Signed(-7), "expected u32, found `-7`"),
            (Unexpected::Unsigned(7), "expected u32, found `7`"),
            (Unexpected::Str("seven"), "expected u32, found `seven`"),
            (Unexpected::Str(&long), &format!("expected u32, found `{}`", "x".repeat(QUOTED))),
            (Unexpected::Bool(true), "expected u32"),
        ] {
            assert_eq!(Error::invalid_value(found, &"u32").to_string(), text);
            assert_eq!(Error::invalid_type(found, &"u32").into_message(), text);
        }
        assert_eq!(Error::invalid_length(3, &"two").into_message(), "expected two");
        assert_eq!(Error::custom(7).into_message(), "7");
    }
}
