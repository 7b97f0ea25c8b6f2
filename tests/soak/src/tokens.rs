//! Tokens as an identity provider would issue them.

use jiff::Timestamp;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;

/// The secret that the hosts accept.
pub(crate) const SECRET: &str = "a-secret-of-the-soak-with-enough-bytes";

/// A token of a user that is good for a day.
pub(crate) fn of(user: &str) -> anyhow::Result<String> {
    let expires = Timestamp::now().as_second() + 24 * 3600;
    let claims = json!({"sub": user, "username": user, "exp": expires});
    Ok(encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes()))?)
}
