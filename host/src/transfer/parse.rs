//! From bytes to a document, with errors that say where and what would be right.

use serde::Deserialize;
use serde_json::{Value, error::Category};

use super::{
    Document, FORMAT, TransferError,
    document::SECTIONS,
    place::{self, shown},
};

/// How alike two names must be for one to be suggested for the other; 1 is equal.
const ALIKE: f64 = 0.75;

/// How serde begins its messages about unknown names.
const UNKNOWN_FIELD: &str = "unknown field";
const UNKNOWN_WORD: &str = "unknown variant";

/// Reads a document. What is wrong inside one entry is found here, what is wrong between entries by `check`.
///
/// # Errors
/// [`TransferError::NotJson`], [`TransferError::Format`] or [`TransferError::Field`].
pub fn parse(bytes: &[u8]) -> Result<Document, TransferError> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // Before all else, so that a file of another kind is told that instead of its first unknown section.
    let head: Head = serde_json::from_slice(bytes).map_err(|error| not_json(&error, String::from("the file")))?;
    match head.format {
        Some(Value::String(format)) if format == FORMAT => {}
        found => return Err(TransferError::Format { found: found.map(|value| shown(&value.to_string())) }),
    }
    let mut input = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut input).map_err(|error| {
        let path = error.path().clone();
        let error = error.into_inner();
        let message = without_position(&error);
        let unknown = message.starts_with(UNKNOWN_FIELD);
        let message = reworded(&message, unknown && path.iter().len() == 1);
        let place = place::of_path(&path, bytes, unknown);
        match error.classify() {
            Category::Data => TransferError::Field { place, message, line: error.line(), column: error.column() },
            _ => not_json(&error, place),
        }
    })
}

/// What must be known of a file first.
#[derive(Deserialize)]
#[serde(expecting = "an object with the sections of feature-store-fixture/1")]
struct Head {
    #[serde(default)]
    format: Option<Value>,
}

fn not_json(error: &serde_json::Error, place: String) -> TransferError {
    let (line, column, message) = (error.line(), error.column(), without_position(error));
    match error.classify() {
        Category::Data => TransferError::Field { place, message, line, column },
        _ => TransferError::NotJson { message, line, column },
    }
}

fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).map_or_else(|| text.clone(), str::to_owned)
}

/// A message about one entry by itself.
pub(super) fn worded(message: &str) -> String {
    reworded(message, false)
}

/// Puts a suggestion into a message about an unknown name. Such a message names what was found first and then what
/// would be right, each in backticks; any other message stays as it is.
fn reworded(message: &str, in_root: bool) -> String {
    let Some((kind, found, expected)) = [UNKNOWN_FIELD, UNKNOWN_WORD].into_iter().find_map(|kind| {
        let (found, expected) = message.strip_prefix(kind)?.split_once(", expected ")?;
        Some((kind, found.trim().trim_matches('`'), expected))
    }) else {
        return message.to_owned();
    };
    let names: Vec<&str> = if in_root { SECTIONS.to_vec() } else { expected.split('`').skip(1).step_by(2).collect() };
    let kind = match kind {
        UNKNOWN_WORD => "unknown word",
        _ if in_root => "unknown section",
        _ => kind,
    };
    let hint = nearest(found, &names).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default();
    format!("{kind} `{}`, expected {expected}{hint}", shown(found))
}

/// The name most like the one found, if any is like it.
fn nearest<'a>(found: &str, names: &[&'a str]) -> Option<&'a str> {
    let found = found.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        // `role` is far from `roleIds` by letters, but it is how it starts.
        if name.starts_with(&found) || found.starts_with(&name) { 0.9 } else { strsim::jaro_winkler(&found, &name) }
    };
    names
        .iter()
        .map(|name| (likeness(name), *name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}
