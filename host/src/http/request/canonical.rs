//! One text per JSON value: sorted names, no space. Equal bodies have equal fingerprints, however they were written.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The canonical text: names sorted by their bytes, no space, numbers and strings as serde_json writes them.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// SHA-256 of the canonical text, lower-case hexadecimal.
pub(super) fn fingerprint(value: &Value) -> String {
    Sha256::digest(canonical(value)).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            // Sorted here: whether the map itself is sorted depends on a feature of serde_json.
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|left, right| left.0.cmp(right.0));
            list(text, ('{', '}'), sorted, |(name, member), text| {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(member, text);
            });
        }
        Value::Array(items) => list(text, ('[', ']'), items, write),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
}

fn list<T>(
    text: &mut String,
    (open, close): (char, char),
    items: impl IntoIterator<Item = T>,
    each: impl Fn(T, &mut String),
) {
    text.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        each(item, text);
    }
    text.push(close);
}
