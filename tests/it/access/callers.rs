//! The kinds of callers, each with its token.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::{
    tokens,
    world::{ADMIN, DISABLED, MEMBER, OTHER_ADMIN, STRANGER},
};

/// Known users, as the tables' columns.
pub(super) const USERS: [&str; 5] = [STRANGER, MEMBER, DISABLED, OTHER_ADMIN, ADMIN];

/// What is no token of anybody, with its name; but for the one fault each would be the admin's.
pub(super) fn unaccepted() -> Vec<(&'static str, Option<String>)> {
    let good = || tokens::claims(ADMIN, 3600);
    let with = |name: &str, value: Value| {
        let mut claims = good();
        claims[name] = value;
        tokens::signed(&claims, tokens::SECRET)
    };
    let mut eternal = good();
    eternal.as_object_mut().unwrap().remove("exp");
    vec![
        ("no token", None),
        ("expired", Some(tokens::signed(&tokens::claims(ADMIN, -3600), tokens::SECRET))),
        ("wrong key", Some(tokens::signed(&good(), "another-secret-with-more-than-enough-bytes"))),
        ("alg none", Some(unsigned("none"))),
        ("alg NONE", Some(unsigned("NONE"))),
        ("another algorithm with the right secret", Some(signed_with(Algorithm::HS512))),
        ("another issuer", Some(with("iss", json!("https://another.example")))),
        ("no issuer", Some(with("iss", json!(null)))),
        ("without end", Some(tokens::signed(&eternal, tokens::SECRET))),
        ("not valid yet", Some(with("nbf", json!(4_000_000_000_u64)))),
        ("no user id", Some(with("sub", json!("")))),
        ("a NUL in the user id", Some(with("sub", json!("u-admin\u{0}")))),
        ("no token at all", Some("u-admin".to_owned())),
        ("20,000 characters", Some("x".repeat(20_000))),
    ]
}

fn unsigned(algorithm: &str) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({"alg": algorithm, "typ": "JWT"})), part(&tokens::claims(ADMIN, 3600)))
}

fn signed_with(algorithm: Algorithm) -> String {
    let key = EncodingKey::from_secret(tokens::SECRET.as_bytes());
    encode(&Header::new(algorithm), &tokens::claims(ADMIN, 3600), &key).expect("a token")
}
