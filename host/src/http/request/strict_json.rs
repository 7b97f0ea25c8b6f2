//! JSON that means one thing only: a name that appears twice in an object is refused, where serde_json would take the last.

use std::{cell::RefCell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::fault::escape;

/// Why a text is no usable JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// It is no JSON (or nested deeper than 128 levels).
    Malformed {
        /// Where, counted from 1.
        line: usize,
        /// Where in the line, counted from 1.
        column: usize,
    },
    /// An object has a name twice.
    Duplicate {
        /// JSON pointer to it.
        pointer: String,
    },
}

/// Reads a whole text as one JSON value.
///
/// # Errors
/// [`JsonFault`].
pub fn parse_json(text: &[u8]) -> Result<Value, JsonFault> {
    let duplicate = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let parsed = Strict { pointer: String::new(), duplicate: &duplicate }.deserialize(&mut deserializer);
    let parsed = parsed.and_then(|value| deserializer.end().map(|()| value));
    parsed.map_err(|error| match duplicate.take() {
        Some(pointer) => JsonFault::Duplicate { pointer },
        None => JsonFault::Malformed { line: error.line(), column: error.column() },
    })
}

/// Reads the value at a place.
struct Strict<'d> {
    pointer: String,
    duplicate: &'d RefCell<Option<String>>,
}

impl Strict<'_> {
    fn at(&self, step: &str) -> Strict<'_> {
        Strict { pointer: format!("{}/{}", self.pointer, escape(step)), duplicate: self.duplicate }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(self.at(&items.len().to_string()))? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let here = self.at(&name);
            if members.contains_key(&name) {
                *self.duplicate.borrow_mut() = Some(here.pointer);
                return Err(A::Error::custom("a name appears twice"));
            }
            members.insert(name, map.next_value_seed(here)?);
        }
        Ok(Value::Object(members))
    }
}
