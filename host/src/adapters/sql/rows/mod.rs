//! The shapes in which rows are read: the JSON object that SQL builds of named columns, and the record of the port.

pub(super) mod audit;
pub(super) mod catalogue;
pub(super) mod change;
pub(super) mod decision;
pub(super) mod event;
pub(super) mod instance;
pub(super) mod mandate;
pub(super) mod operation;
pub(super) mod pause;
pub(super) mod quote;

use core_wasm::settings::Gate;
use serde::{Deserialize as _, Deserializer};

use super::error::inconsistent;
use crate::ports::store::StoreError;

/// A gate as it is stored.
fn gate(word: &str) -> Result<Gate, StoreError> {
    Gate::of_word(word).ok_or_else(|| inconsistent("a row names an unknown gate"))
}

/// A flag as it is stored: 0 or 1.
pub(super) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    i64::deserialize(from).map(|value| value != 0)
}

/// A flag that may be missing, which means false.
pub(super) fn flag_or_false<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Option::<i64>::deserialize(from).map(|value| value.is_some_and(|value| value != 0))
}

/// A flag that may be missing.
pub(super) fn flag_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    Option::<i64>::deserialize(from).map(|value| value.map(|value| value != 0))
}
