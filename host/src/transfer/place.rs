//! Says where in a file something is: section, position and id, the way an operator looks for it.

use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// The most characters of an id that are shown.
const SHOWN: usize = 60;

/// The fields that name an entry, each section has one of them.
const NAMES: [&str; 4] = ["id", "key", "code", "objectKey"];

/// An entry of a section: ``memberships[3] (`um-x`)``.
pub(super) fn entry(section: &str, index: usize, id: &str) -> String {
    format!("{section}[{index}] (`{}`)", shown(id))
}

/// A text as it may stand in a message: escaped and not too long.
pub(super) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

/// Where a path leads: the entry and the field in it, or the field around it when the path ends with a name that is
/// `unknown`. The id is looked up in the file, which is valid JSON.
pub(super) fn of_path(path: &Path, file: &[u8], unknown: bool) -> String {
    let mut segments: Vec<&Segment> = path.iter().collect();
    if unknown {
        segments.pop();
    }
    let (place, field) = match segments[..] {
        [Segment::Map { key: section }, Segment::Seq { index }, ref inner @ ..] => {
            let place = match named(file, section, *index) {
                Some(id) => entry(section, *index, &id),
                None => format!("{section}[{index}]"),
            };
            (place, field(inner))
        }
        [Segment::Map { key: section }, ref inner @ ..] => (shown(section), field(inner)),
        _ => ("the file".to_owned(), String::new()),
    };
    if field.is_empty() { place } else { format!("{place}, `{field}`") }
}

/// The path inside an entry: `roleIds[0]`, `label.en`.
fn field(segments: &[&Segment]) -> String {
    let mut out = String::new();
    for segment in segments {
        match segment {
            Segment::Seq { index } => out.push_str(&format!("[{index}]")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&shown(key));
            }
            Segment::Unknown => {}
        }
    }
    out
}

/// The id, key or code of an entry, where it has one.
fn named(file: &[u8], section: &str, index: usize) -> Option<String> {
    let root: Value = serde_json::from_slice(file).ok()?;
    let entry = root.get(section)?.get(index)?;
    NAMES.iter().find_map(|name| entry.get(name)?.as_str().map(str::to_owned))
}
