//! Values that the database holds as texts: words of enums and JSON.

use core_wasm::facts::SubscriptionStatus;
use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IntoDeserializer, value::Error},
};

/// The word of a status, the same as in the document.
pub(super) fn of_status(status: SubscriptionStatus) -> Result<String, sqlx::Error> {
    Ok(json(&status)?.trim_matches('"').to_owned())
}

/// The status of a word.
pub(super) fn status(word: &str) -> Result<SubscriptionStatus, sqlx::Error> {
    SubscriptionStatus::deserialize(word.into_deserializer()).map_err(|error: Error| sqlx::Error::Decode(error.into()))
}

/// A value as JSON text.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// The value of a JSON text.
pub(super) fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}
