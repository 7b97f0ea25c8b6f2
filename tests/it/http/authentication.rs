//! Tokens against an HS256 secret: which are accepted, and as whom.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use turnpike::{
    activation::Caller,
    config::auth::{AuthConfig, KeySource},
    http::authentication::{AuthenticationError, Authenticator},
};

use super::{
    signers::{SECRET, Signer, bearer, claims, shared},
    steered_clock::{START, SteeredClock},
};

fn authenticator() -> Authenticator {
    let config = AuthConfig {
        keys: Some(KeySource::Secret(SECRET.into())),
        issuer: Some("idp".to_owned()),
        audience: Some("store".to_owned()),
        leeway: Duration::from_secs(10),
    };
    Authenticator::new(&config, Arc::new(SteeredClock::default())).expect("an authenticator")
}

/// A token of raw header and payload with a signature.
fn raw(header: Value, payload: &Value, signature: &[u8]) -> String {
    let part = |value: String| URL_SAFE_NO_PAD.encode(value);
    format!("{}.{}.{}", part(header.to_string()), part(payload.to_string()), URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn good_tokens_name_the_caller() {
    let authenticator = authenticator();
    for (case, changes, user_id, username) in [
        ("plain", json!({}), "u-1", "Ada"),
        ("no username", json!({ "username": null }), "u-1", "u-1"),
        ("username of another type", json!({ "username": 5 }), "u-1", "u-1"),
        ("username that cannot be shown", json!({ "username": "a\u{0}b" }), "u-1", "u-1"),
        ("a list of audiences", json!({ "aud": ["other", "store"] }), "u-1", "Ada"),
        ("expired within the leeway", json!({ "exp": START - 9 }), "u-1", "Ada"),
        ("valid from within the leeway", json!({ "nbf": START + 9 }), "u-1", "Ada"),
        ("an instant with a fraction", json!({ "exp": START as f64 + 0.5 }), "u-1", "Ada"),
        ("longest subject", json!({ "sub": "é".repeat(200), "username": null }), &"é".repeat(200), &"é".repeat(200)),
    ] {
        let token = shared(&claims(changes), SECRET.as_bytes());
        let expected = Caller {
            user_id: user_id.to_owned(),
            username: username.to_owned(),
            trace_id: String::new(),
            address: None,
        };
        assert_eq!(authenticator.authenticate(&bearer(&token)).await, Ok(expected), "{case}");
    }
}

#[tokio::test]
async fn other_tokens_are_rejected() {
    let authenticator = authenticator();
    let good = claims(json!({}));
    let hs384 = encode(&Header::new(Algorithm::HS384), &good, &EncodingKey::from_secret(SECRET.as_bytes()));
    let critical = Header { crit: Some(vec!["b64".to_owned()]), ..Header::new(Algorithm::HS256) };
    let critical = encode(&critical, &good, &EncodingKey::from_secret(SECRET.as_bytes()));
    let whole = shared(&good, SECRET.as_bytes());
    let (signed, _) = whole.rsplit_once('.').expect("three parts");
    let mut cases = vec![
        ("no token at all", "none".to_owned()),
        ("wrong key", shared(&good, b"ffffffffffffffffffffffffffffffff")),
        ("alg none", raw(json!({ "alg": "none", "typ": "JWT" }), &good, b"")),
        ("alg none, capitals", raw(json!({ "alg": "NONE", "typ": "JWT" }), &good, b"")),
        ("signature cut off", format!("{signed}.")),
        ("another algorithm of the same family", hs384.expect("a token")),
        ("a token of a key set", Signer::ed25519("k1", 1).sign(&good)),
        ("an extension that is critical", critical.expect("a token")),
    ];
    for (case, changes) in [
        ("expired", json!({ "exp": START - 10 })),
        ("no expiry", json!({ "exp": null })),
        ("expiry is a text", json!({ "exp": "tomorrow" })),
        ("not valid yet", json!({ "nbf": START + 11 })),
        ("another issuer", json!({ "iss": "other" })),
        ("no issuer", json!({ "iss": null })),
        ("another audience", json!({ "aud": "shop" })),
        ("no audience", json!({ "aud": null })),
        ("no subject", json!({ "sub": null })),
        ("empty subject", json!({ "sub": "" })),
        ("subject too long", json!({ "sub": "x".repeat(201) })),
        ("subject with a control character", json!({ "sub": "u\n1" })),
    ] {
        cases.push((case, shared(&claims(changes), SECRET.as_bytes())));
    }
    for (case, token) in cases {
        let outcome = authenticator.authenticate(&bearer(&token)).await;
        assert!(matches!(outcome, Err(AuthenticationError::Rejected(_))), "{case}: {outcome:?}");
    }
}

#[tokio::test]
async fn the_token_stands_in_one_bearer_header_only() {
    let authenticator = authenticator();
    let token = shared(&claims(json!({})), SECRET.as_bytes());
    let fields = |values: &[String]| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_str(value).expect("a header value"));
        }
        headers
    };
    for (case, headers, accepted) in [
        ("scheme in capitals", fields(&[format!("BEARER {token}")]), true),
        ("no header", fields(&[]), false),
        ("another scheme", fields(&[format!("Basic {token}")]), false),
        ("no scheme", fields(std::slice::from_ref(&token)), false),
        ("empty", fields(&["Bearer ".to_owned()]), false),
        ("twice", fields(&[format!("Bearer {token}"), format!("Bearer {token}")]), false),
        ("too long", fields(&[format!("Bearer {}", "x".repeat(20_000))]), false),
    ] {
        assert_eq!(authenticator.authenticate(&headers).await.is_ok(), accepted, "{case}");
    }
}

#[tokio::test]
async fn issuer_and_audience_are_looked_at_only_when_configured() {
    let config = AuthConfig {
        keys: Some(KeySource::Secret(SECRET.into())),
        issuer: None,
        audience: None,
        leeway: Duration::ZERO,
    };
    let authenticator = Authenticator::new(&config, Arc::new(SteeredClock::default())).expect("an authenticator");
    for changes in [json!({}), json!({ "iss": null, "aud": null }), json!({ "iss": 5, "aud": {} })] {
        let token = shared(&claims(changes.clone()), SECRET.as_bytes());
        assert!(authenticator.authenticate(&bearer(&token)).await.is_ok(), "{changes}");
    }
}
