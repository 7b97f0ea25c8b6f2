//! Why a document cannot be read or written.

use std::fmt;

/// Why a document cannot be read or written. Nothing was loaded.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The file is no JSON.
    #[error("line {line} column {column}: the file is not valid JSON: {message}")]
    NotJson {
        /// What the JSON reader stumbled over.
        message: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The file is JSON, but another kind of file.
    #[error("{}, expected `\"format\": \"feature-store-fixture/1\"`", match found {
        Some(found) => format!("`format` is `{found}`"),
        None => "the section `format` is missing".to_owned(),
    })]
    Format {
        /// What stands there instead.
        found: Option<String>,
    },
    /// One entry or field is not as it should be.
    #[error("{place}: {message}{}", if *line == 0 { String::new() } else { format!(" (line {line} column {column})") })]
    Field {
        /// Where: section, position, id and field.
        place: String,
        /// What is wrong, and what would be right.
        message: String,
        /// Line, from 1; 0 = not known.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Entries contradict each other.
    #[error("{0}")]
    Faults(Faults),
    /// The document holds something that the format cannot express.
    #[error("the data cannot be written as feature-store-fixture/1: {cause}")]
    Unwritable {
        /// What.
        cause: String,
    },
}

/// All contradictions of one document; there is at least one.
#[derive(Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

/// Two entries that cannot both be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An id stands twice in a section.
    #[error("{entry}: the id is taken by {by} already, expected each once in a section")]
    DuplicateId {
        /// The later entry.
        entry: String,
        /// The first entry.
        by: String,
    },
    /// A value that must be unique stands twice.
    #[error("{entry}: {field} `{value}` is taken by {by} already, expected {rule}")]
    Taken {
        /// The later entry.
        entry: String,
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// The first entry.
        by: String,
        /// What would be right.
        rule: &'static str,
    },
}

/// The most faults that are shown at once.
const SHOWN: usize = 20;

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, fault) in self.0.iter().take(SHOWN).enumerate() {
            write!(out, "{}{fault}", if nth == 0 { "" } else { "\n" })?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(out, "\nand {more} more"),
        }
    }
}
