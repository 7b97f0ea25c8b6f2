//! Tokens as an identity provider would issue them.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

/// The secret that test hosts accept.
pub const SECRET: &str = "a-secret-of-the-tests-with-enough-bytes";

/// Who issues the tokens; a host that is told so accepts no other.
pub const ISSUER: &str = "https://identity.example";

/// A good token of a user.
pub fn of(user: &str) -> String {
    signed(&claims(user, 3600), SECRET)
}

/// Claims of a user that expire in so many seconds.
pub fn claims(user: &str, expires_in: i64) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let expires = i64::try_from(now).expect("in range") + expires_in;
    json!({"iss": ISSUER, "sub": user, "username": format!("name-{user}"), "exp": expires})
}

/// Claims signed with HS256.
pub fn signed(claims: &Value, secret: &str) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret.as_bytes())).expect("a token")
}
