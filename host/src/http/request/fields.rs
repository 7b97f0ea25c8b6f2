//! Reads the fields of one JSON object by name; the first fault ends it.

use serde_json::{Map, Value};

use super::{FaultKind, FieldFault, Place};

/// Most characters of an id.
const LONGEST_ID: usize = 200;

/// Something that is made from an object's fields.
pub trait FromFields: Sized + Send {
    /// Every name that is known there.
    const NAMES: &'static [&'static str];

    /// Reads it.
    ///
    /// # Errors
    /// The first fault.
    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault>;
}

/// An object's fields.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    members: &'a Map<String, Value>,
    place: Place,
}

impl<'a> Fields<'a> {
    /// The fields of a document. Unknown ones are passed over, unless they look like a slip for a known one: then the
    /// caller would wonder why it has no effect.
    ///
    /// # Errors
    /// When it is no object, or a name is almost a known one.
    pub fn new(document: &'a Value, place: Place, names: &[&'static str]) -> Result<Self, FieldFault> {
        let Value::Object(members) = document else {
            let kind = FaultKind::WrongType { expected: "object" };
            return Err(FieldFault { place, pointer: String::new(), kind });
        };
        for name in members.keys().filter(|name| !names.contains(&name.as_str())) {
            if let Some(expected) = names.iter().find(|known| is_near(name, known)) {
                return Err(FieldFault::new(place, name, FaultKind::NearMiss { expected }));
            }
        }
        Ok(Self { members, place })
    }

    /// An id that must be there: 1–200 characters, no control characters.
    ///
    /// # Errors
    /// When it is missing or no id.
    pub fn id(&self, name: &str) -> Result<String, FieldFault> {
        self.optional_id(name)?.ok_or_else(|| self.fault(name, FaultKind::Missing))
    }

    /// An id that may be absent or null.
    ///
    /// # Errors
    /// When it is no id.
    pub fn optional_id(&self, name: &str) -> Result<Option<String>, FieldFault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        check_id(text).map_err(|kind| self.fault(name, kind))?;
        Ok(Some(text.to_owned()))
    }

    /// A list of ids, which may be absent or null: then it is empty.
    ///
    /// # Errors
    /// When it is no list, or an entry is no id.
    pub fn ids(&self, name: &str) -> Result<Vec<String>, FieldFault> {
        let entries = match self.members.get(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(entries)) => entries,
            Some(_) => return Err(self.fault(name, FaultKind::WrongType { expected: "array" })),
        };
        let id = |(index, entry): (usize, &Value)| {
            let fault = |kind| {
                let fault = self.fault(name, kind);
                FieldFault { pointer: format!("{}/{index}", fault.pointer), ..fault }
            };
            let text = entry.as_str().ok_or_else(|| fault(FaultKind::WrongType { expected: "string" }))?;
            check_id(text).map_err(fault)?;
            Ok(text.to_owned())
        };
        entries.iter().enumerate().map(id).collect()
    }

    /// A list of objects, of so many entries. What is wrong in one is told by its place.
    ///
    /// # Errors
    /// When it is missing or no such list, or the first fault in an entry.
    pub fn objects<T: FromFields>(&self, name: &str, min: usize, max: usize) -> Result<Vec<T>, FieldFault> {
        let entries = match self.members.get(name) {
            None | Some(Value::Null) => return Err(self.fault(name, FaultKind::Missing)),
            Some(Value::Array(entries)) if (min..=max).contains(&entries.len()) => entries,
            Some(Value::Array(_)) => return Err(self.fault(name, FaultKind::Entries { min, max })),
            Some(_) => return Err(self.fault(name, FaultKind::WrongType { expected: "array" })),
        };
        let list = self.fault(name, FaultKind::Missing).pointer;
        let read = |(index, entry)| {
            Fields::new(entry, self.place, T::NAMES)
                .and_then(|fields| T::read(&fields))
                .map_err(|fault| FieldFault { pointer: format!("{list}/{index}{}", fault.pointer), ..fault })
        };
        entries.iter().enumerate().map(read).collect()
    }

    /// An object, which may be absent or null. What is wrong in it is told by its place.
    ///
    /// # Errors
    /// When it is no object, or the first fault in it.
    pub fn optional_object<T: FromFields>(&self, name: &str) -> Result<Option<T>, FieldFault> {
        let Some(value) = self.members.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
        let within = self.fault(name, FaultKind::Missing).pointer;
        Fields::new(value, self.place, T::NAMES)
            .and_then(|fields| T::read(&fields))
            .map(Some)
            .map_err(|fault| FieldFault { pointer: format!("{within}{}", fault.pointer), ..fault })
    }

    /// One of some words, which may be absent or null.
    ///
    /// # Errors
    /// When it is another word.
    pub fn optional_word(
        &self,
        name: &str,
        allowed: &'static [&'static str],
    ) -> Result<Option<&'static str>, FieldFault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match allowed.iter().find(|word| **word == text) {
            Some(word) => Ok(Some(word)),
            None => Err(self.fault(name, FaultKind::NotAllowed { allowed })),
        }
    }

    /// A text that may be absent or null: 1 to `most` characters, no control characters.
    ///
    /// # Errors
    /// When it is no such text.
    pub fn optional_text(&self, name: &str, most: usize) -> Result<Option<String>, FieldFault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        check_text(text, most).map_err(|kind| self.fault(name, kind))?;
        Ok(Some(text.to_owned()))
    }

    /// A whole number between two others, both included, which may be absent or null. Digits in a text do as well: a
    /// query has nothing else.
    ///
    /// # Errors
    /// When it is no such number.
    pub fn optional_whole(&self, name: &str, min: i64, max: i64) -> Result<Option<i64>, FieldFault> {
        let number = match self.members.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.parse().ok(),
            Some(value) => value.as_i64(),
        };
        let is_within = |number: &i64| (min..=max).contains(number);
        match number.filter(is_within) {
            Some(number) => Ok(Some(number)),
            None => Err(self.fault(name, FaultKind::Range { min, max })),
        }
    }

    /// A whole number between two others, both included.
    ///
    /// # Errors
    /// When it is missing or no such number.
    pub fn whole(&self, name: &str, min: i64, max: i64) -> Result<i64, FieldFault> {
        self.optional_whole(name, min, max)?.ok_or_else(|| self.fault(name, FaultKind::Missing))
    }

    /// Whether a field is there, be it null.
    #[must_use]
    pub fn is_given(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Whether a field is there and empty.
    #[must_use]
    pub fn is_empty(&self, name: &str) -> bool {
        self.members.get(name).and_then(Value::as_str) == Some("")
    }

    /// A fault of one of these fields.
    #[must_use]
    pub fn fault(&self, name: &str, kind: FaultKind) -> FieldFault {
        FieldFault::new(self.place, name, kind)
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>, FieldFault> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.fault(name, FaultKind::WrongType { expected: "string" })),
        }
    }
}

/// Whether a text can be an id: 1–200 characters, no control characters.
pub(in crate::http) fn check_id(text: &str) -> Result<(), FaultKind> {
    check_text(text, LONGEST_ID)
}

fn check_text(text: &str, most: usize) -> Result<(), FaultKind> {
    if text.is_empty() || text.chars().count() > most {
        return Err(FaultKind::Length { min: 1, max: most });
    }
    if text.chars().any(char::is_control) {
        return Err(FaultKind::ControlCharacter);
    }
    Ok(())
}

/// Whether a name is a slip for a known one: the same but for case, `_` and `-`, or one letter away from that.
fn is_near(name: &str, known: &str) -> bool {
    let (name, known) = (bare(name), bare(known));
    name.len().abs_diff(known.len()) <= 1 && strsim::damerau_levenshtein(&name, &known) <= 1
}

fn bare(name: &str) -> String {
    name.chars().filter(|letter| !matches!(letter, '_' | '-')).flat_map(char::to_lowercase).collect()
}
