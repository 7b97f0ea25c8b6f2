//! Ids, keys and codes: 1 to 200 characters without control characters.

use std::collections::HashSet;

use serde::{Deserialize, Deserializer, de};

/// The most characters of an id.
const MAX_CHARACTERS: usize = 200;

/// Reads an id that must be there.
pub(super) fn required<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    String::deserialize(input).and_then(sound)
}

/// Reads an id or `null`.
pub(super) fn optional<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Option::<String>::deserialize(input)?.map(sound).transpose()
}

/// Reads a list of ids as a set that keeps its order: a repeated one says nothing new.
pub(super) fn list<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    let mut seen = HashSet::new();
    let ids = Vec::<Id>::deserialize(input)?.into_iter().map(|Id(id)| id);
    Ok(ids.filter(|id| seen.insert(id.clone())).collect())
}

/// An id inside a list.
struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        required(input).map(Self)
    }
}

fn sound<E: de::Error>(id: String) -> Result<String, E> {
    let characters = id.chars().count();
    let found = match characters {
        0 => "an empty text".to_owned(),
        _ if characters > MAX_CHARACTERS => format!("a text of {characters} characters"),
        _ if id.chars().any(char::is_control) => format!("`{}` with a control character", id.escape_debug()),
        _ => return Ok(id),
    };
    Err(E::custom(format_args!(
        "{found} is no id, expected 1 to {MAX_CHARACTERS} characters without control characters"
    )))
}
