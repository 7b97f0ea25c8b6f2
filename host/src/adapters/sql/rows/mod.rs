//! The shapes in which rows are read: the JSON object that SQL builds of named columns, and the record of the port.

pub(super) mod catalogue;
pub(super) mod change;
pub(super) mod instance;
pub(super) mod mandate;
pub(super) mod operation;

use serde::{Deserialize as _, Deserializer};

/// A flag as it is stored: 0 or 1.
fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    i64::deserialize(from).map(|value| value != 0)
}

/// A flag that may be missing, which means false.
fn flag_or_false<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Option::<i64>::deserialize(from).map(|value| value.is_some_and(|value| value != 0))
}

/// A flag that may be missing.
pub(super) fn flag_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    Option::<i64>::deserialize(from).map(|value| value.map(|value| value != 0))
}
