//! Header fields: the type of the content, idempotency keys, and more than one where one is meant.

use reqwest::Method;

use super::{Trial, shown};
use crate::{
    tokens,
    world::{ADMIN, FREE},
};

const PATHS: [&str; 3] = ["/api/store/activate", "/api/store/deactivate", "/api/store/restore"];

/// A body that all three endpoints can read, and that names nothing real.
fn body() -> Vec<u8> {
    format!(r#"{{"featureCode": "none", "mandateId": "{FREE}", "instanceId": "none"}}"#).into_bytes()
}

async fn post(trial: &Trial, path: &str, headers: &[(&str, &str)]) -> String {
    let reply = trial.api.send(Method::POST, path, Some(&tokens::of(ADMIN)), headers, Some(body())).await;
    let answer = shown(&reply);
    // Which of the two depends on the path only.
    answer.replace("feature-not-found", "(absent)").replace("instance-not-found", "(absent)")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_must_be_marked_as_json() {
    let trial = Trial::begin().await;
    for (media_type, expected) in [
        ("application/json", "404 (absent)"),
        ("application/json; charset=utf-8", "404 (absent)"),
        ("Application/JSON", "404 (absent)"),
        ("application/vnd.store+json", "404 (absent)"),
        ("text/plain", "415 unsupported-media-type"),
        ("text/json", "415 unsupported-media-type"),
        ("application/x-www-form-urlencoded", "415 unsupported-media-type"),
        ("multipart/form-data; boundary=x", "415 unsupported-media-type"),
        ("application/jsonp", "415 unsupported-media-type"),
        ("application/xml", "415 unsupported-media-type"),
        ("json", "415 unsupported-media-type"),
        ("", "415 unsupported-media-type"),
        ("application/json\u{e9}", "415 unsupported-media-type"),
    ] {
        for path in PATHS {
            assert_eq!(post(&trial, path, &[("content-type", media_type)]).await, expected, "{path} {media_type}");
        }
    }
    trial.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_must_be_one() {
    let trial = Trial::begin().await;
    let (longest, too_long) = ("k".repeat(255), "k".repeat(256));
    let quoted = |key: &str| format!("\"{key}\"");
    let (longest_quoted, too_long_quoted) = (quoted(&longest), quoted(&too_long));
    let long = "k".repeat(10_000);
    for (key, expected) in [
        ("k", "404 (absent)"),
        ("\"k\"", "404 (absent)"),
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "404 (absent)"),
        (longest.as_str(), "404 (absent)"),
        (longest_quoted.as_str(), "404 (absent)"),
        (too_long.as_str(), "422 invalid-field Idempotency-Key length"),
        (too_long_quoted.as_str(), "422 invalid-field Idempotency-Key length"),
        (long.as_str(), "422 invalid-field Idempotency-Key length"),
        ("", "422 invalid-field Idempotency-Key length"),
        ("\"\"", "422 invalid-field Idempotency-Key length"),
        ("\"", "422 invalid-field Idempotency-Key not-visible"),
        ("\"open", "422 invalid-field Idempotency-Key not-visible"),
        ("\"a\"b", "422 invalid-field Idempotency-Key not-visible"),
        ("a b", "422 invalid-field Idempotency-Key not-visible"),
        ("a\tb", "422 invalid-field Idempotency-Key not-visible"),
        ("schl\u{fc}ssel", "422 invalid-field Idempotency-Key not-visible"),
    ] {
        for path in PATHS {
            assert_eq!(post(&trial, path, &[("idempotency-key", key)]).await, expected, "{path} {key}");
        }
    }
    for path in PATHS {
        let twice = [("idempotency-key", "a"), ("idempotency-key", "a")];
        let expected = "422 invalid-field Idempotency-Key duplicate";
        assert_eq!(post(&trial, path, &twice).await, expected, "{path}");
    }
    trial.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tokens_are_none() {
    let trial = Trial::begin().await;
    let second = format!("Bearer {}", tokens::of("u-member"));
    for path in PATHS {
        assert_eq!(post(&trial, path, &[("authorization", &second)]).await, "401 unauthorized", "{path}");
    }
    for value in ["Basic dS1hZG1pbjp4", "Bearer", "bearer ", "Token x", "\u{e9}"] {
        let reply = trial.api.send(Method::GET, "/api/store/mandates", None, &[("authorization", value)], None).await;
        assert_eq!(shown(&reply), "401 unauthorized", "{value}");
    }
    let in_the_url = format!("/api/store/mandates?access_token={}", tokens::of(ADMIN));
    let reply = trial.api.send(Method::GET, &in_the_url, None, &[], None).await;
    assert_eq!(shown(&reply), "401 unauthorized", "a token in a URL counts for nothing");
    trial.end().await;
}
