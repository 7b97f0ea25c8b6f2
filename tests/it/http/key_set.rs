//! Tokens against a key set that a real server hands out: rotation, outages, and keys that must not count.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use turnpike::{
    config::{
        auth::{AuthConfig, KeySource},
        services::{ServiceKeys, ServiceTokens},
    },
    http::authentication::{AuthenticationError, Authenticator, Authorized, Scope, Services},
};

use super::{
    signers::{SECRET, Signer, bearer, claims, shared},
    steered_clock::SteeredClock,
};

/// Longer than the time in which one fetch is allowed.
const COOLED_DOWN: i64 = 30_000;

/// An RSA key of 2048 bits and a token of 2027 signed by it; another pair with 1024 bits.
const RSA: (&str, &str) = (
    "mM3JwA6h5LeEdfNpgq9B6DkCcOyDKXrMWe-bxDeHUbDBgIjKQFmiSjcawiOlWyBkoGP6vdptg1f479wbqOSYYTqOUHczdzVf5pNNBCA8JZz6Zu4SeakFKqk5Hek42lHCjmMAgwxF2YFsQKUSMvDh9IjOWcv-IrKjIKT0lB_r5RCEo4_oHOQttTWr-K-pgPT2tZBCx0juFy5qppTbTjto3DHjUV1JB2rQ7hquUmD1vWfBy5EUuMpJzEBgzv0ARKmWu7FPVePq5GsLUVlKtwHXhZgXIkf-SlzQkwnKs1_X8WuJ8st9B5XuNuIB5u9AgRXFiqsRzRoiw-H_q-4-Jb53Hw",
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzYSJ9.eyJzdWIiOiJ1LTEiLCJ1c2VybmFtZSI6IkFkYSIsImV4cCI6MTgwMDAwMzYwMH0.SzCK9ZQCmFkrSVc6Z_mhIAKkzCb1a680kU9A7EzezJVT2g-xHhH3D5y5SngG8FlRrVwHmdM2P9x61bMwQeJ19P_noZLQbLCcpHQq3B3p1U4flpKlMbjbsMYip8EAGgKXxnONhRdgj0uEM85uwD1b0uw0SLvDRuIJslUtqVBPCconWud2Zey3Y6Uszzh67T5JT4sO_0UW6SvA-tmu3qqUww7hTXO0-GYNKdEANhf4wDHHJcJJYTEa7QgNjaOnRJdJD3NFaNLfTxd3eNHXeu2osCQgfUQtv5hxA4x6bYB4HtURc3FS6476Q996bdDc9_6p6E_0JJ5J4KuzUWQueKIEYA",
);
const SHORT_RSA: (&str, &str) = (
    "raUj8xlEojY8OCJ9puOH0ZmvCEQ_ZM278TUvdAQ_D9OEsLgl0rN13uN5xWVglDmg_VyBzU2Q5empjyh0o70FwKpu0Wi3Xs6Mkio8_YAET5g95yYyJBX1v5L-iSFiTtPSdqoJMfMtkERt1DiXpSmNAs3RkYvzmkpFBXzl6iJzt_8",
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InNtYWxsIn0.eyJzdWIiOiJ1LTEiLCJ1c2VybmFtZSI6IkFkYSIsImV4cCI6MTgwMDAwMzYwMH0.YDDkyT_WWRRj7GoEQFzQhW8MWgDJY3n9ZloaS1KL7bRvikLyPe2Z6RLC8RtcIr2VB22Z6F4Rz_s7Tgjq_LBfocIMq4NcVtMdYpwtpFSOrFSfesEJyDihGjXam1ayMkMPHyaBbQMdRfoiw8vkmJ61wTmfcKrZtrLXFb8ZZwx_B78",
);

/// An identity provider's key set over HTTP.
struct Provider {
    published: Arc<Published>,
    address: String,
    serving: JoinHandle<()>,
}

struct Published {
    answer: Mutex<(StatusCode, String)>,
    fetches: AtomicUsize,
}

impl Provider {
    async fn start(keys: &[Value]) -> Self {
        let published =
            Arc::new(Published { answer: Mutex::new((StatusCode::OK, set(keys))), fetches: AtomicUsize::new(0) });
        let router = Router::new()
            .route(
                "/keys",
                get(async |State(published): State<Arc<Published>>| {
                    published.fetches.fetch_add(1, Ordering::SeqCst);
                    published.answer.lock().expect("no panic").clone()
                }),
            )
            .with_state(published.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/keys", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("serving") });
        Self { published, address, serving }
    }

    fn publish(&self, status: StatusCode, body: String) {
        *self.published.answer.lock().expect("no panic") = (status, body);
    }

    fn fetches(&self) -> usize {
        self.published.fetches.load(Ordering::SeqCst)
    }

    fn authenticator(&self, clock: Arc<SteeredClock>) -> Authenticator {
        let config = AuthConfig {
            keys: Some(KeySource::Jwks(self.address.parse().expect("a URL"))),
            issuer: None,
            audience: None,
            leeway: Duration::ZERO,
        };
        Authenticator::new(&config, clock).expect("an authenticator")
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

async fn accepts(authenticator: &Authenticator, token: &str) -> bool {
    authenticator.authenticate(&bearer(token)).await.is_ok()
}

#[tokio::test]
async fn keys_rotate_with_at_most_one_fetch_per_cool_down() {
    let (old, new) = (Signer::ed25519("k1", 1), Signer::ed25519("k2", 2));
    let provider = Provider::start(&[old.public()]).await;
    let clock = Arc::new(SteeredClock::default());
    let authenticator = provider.authenticator(clock.clone());
    let (old_token, new_token) = (old.sign(&claims(json!({}))), new.sign(&claims(json!({}))));

    assert!(accepts(&authenticator, &old_token).await);
    assert!(accepts(&authenticator, &old_token).await);
    assert_eq!(provider.fetches(), 1, "a known key needs no fetch");

    provider.publish(StatusCode::OK, set(&[new.public()]));
    assert!(!accepts(&authenticator, &new_token).await, "fetched a moment ago");
    assert_eq!(provider.fetches(), 1);

    clock.advance(COOLED_DOWN);
    assert!(accepts(&authenticator, &new_token).await);
    assert_eq!(provider.fetches(), 2);
    assert!(!accepts(&authenticator, &old_token).await, "the old key was withdrawn");
    for _ in 0..10 {
        let unknown = Signer::ed25519("k9", 9).sign(&claims(json!({})));
        assert!(!accepts(&authenticator, &unknown).await);
    }
    assert_eq!(provider.fetches(), 2, "unknown keys do not set off fetches");
}

#[tokio::test]
async fn keys_of_services_rotate_alike() {
    let (old, new) = (Signer::ed25519("k1", 1), Signer::ed25519("k2", 2));
    let provider = Provider::start(&[old.public()]).await;
    let clock = Arc::new(SteeredClock::default());
    let tokens = ServiceTokens {
        keys: ServiceKeys::Jwks(provider.address.parse().expect("a URL")),
        issuer: "idp".to_owned(),
        audience: "machine".to_owned(),
    };
    let users = AuthConfig { keys: None, issuer: None, audience: Some("store".to_owned()), leeway: Duration::ZERO };
    let services = Services::new(&tokens, &users, clock.clone()).expect("an authenticator");
    let claims = claims(json!({ "sub": "sync", "aud": "machine", "scope": "catalog:read openid directory:read" }));
    let authenticate = async |signer: &Signer| services.authenticate(&bearer(&signer.sign(&claims))).await;
    let scopes = vec![Scope::CatalogRead, Scope::DirectoryRead];
    let expected = Authorized { name: "sync".to_owned(), scopes };
    assert_eq!(authenticate(&old).await, Ok(expected.clone()));
    provider.publish(StatusCode::OK, set(&[old.public(), new.public()]));
    clock.advance(COOLED_DOWN);
    assert_eq!(authenticate(&new).await, Ok(expected.clone()));
    assert_eq!(authenticate(&old).await, Ok(expected), "while both are published, both count");
    provider.publish(StatusCode::OK, set(&[new.public()]));
    clock.advance(600_000);
    assert!(authenticate(&old).await.is_err(), "the old key was withdrawn");
    assert!(authenticate(&new).await.is_ok());
}

#[tokio::test]
async fn an_outage_keeps_the_old_keys() {
    let (old, new) = (Signer::ed25519("k1", 1), Signer::ed25519("k2", 2));
    let provider = Provider::start(&[old.public()]).await;
    let clock = Arc::new(SteeredClock::default());
    let authenticator = provider.authenticator(clock.clone());
    let (old_token, new_token) = (old.sign(&claims(json!({}))), new.sign(&claims(json!({}))));
    assert!(accepts(&authenticator, &old_token).await);

    for (status, body) in [
        (StatusCode::INTERNAL_SERVER_ERROR, set(&[new.public()])),
        (StatusCode::FOUND, set(&[new.public()])),
        (StatusCode::OK, "no JSON".to_owned()),
        (StatusCode::OK, set(&[])),
        (StatusCode::OK, " ".repeat(600_000) + &set(&[new.public()])),
    ] {
        provider.publish(status, body);
        clock.advance(COOLED_DOWN);
        let before = provider.fetches();
        assert!(!accepts(&authenticator, &new_token).await);
        assert_eq!(provider.fetches(), before + 1, "it was tried");
        assert!(accepts(&authenticator, &old_token).await, "the old keys stay");
    }
    provider.serving.abort();
    clock.advance(20 * 60_000);
    assert!(accepts(&authenticator, &old_token).await, "also when they are old and nobody answers");
}

#[tokio::test]
async fn an_old_set_is_fetched_again_so_that_withdrawn_keys_stop_counting() {
    let (old, new) = (Signer::ed25519("k1", 1), Signer::ed25519("k2", 2));
    let provider = Provider::start(&[old.public()]).await;
    let clock = Arc::new(SteeredClock::default());
    let authenticator = provider.authenticator(clock.clone());
    let token = old.sign(&claims(json!({ "exp": 1_900_000_000 })));
    assert!(accepts(&authenticator, &token).await);
    provider.publish(StatusCode::OK, set(&[new.public()]));
    clock.advance(9 * 60_000);
    assert!(accepts(&authenticator, &token).await);
    clock.advance(60_000);
    assert!(!accepts(&authenticator, &token).await);
}

#[tokio::test]
async fn without_any_key_no_token_can_be_judged() {
    let signer = Signer::ed25519("k1", 1);
    let provider = Provider::start(&[signer.public()]).await;
    provider.publish(StatusCode::SERVICE_UNAVAILABLE, String::new());
    let authenticator = provider.authenticator(Arc::default());
    let outcome = authenticator.authenticate(&bearer(&signer.sign(&claims(json!({}))))).await;
    assert_eq!(outcome, Err(AuthenticationError::KeysUnavailable));
}

#[tokio::test]
async fn parallel_requests_share_one_fetch() {
    let signer = Signer::ed25519("k1", 1);
    let provider = Provider::start(&[signer.public()]).await;
    let authenticator = provider.authenticator(Arc::default());
    let headers = bearer(&signer.sign(&claims(json!({}))));
    let all = futures::future::join_all((0..12).map(|_| authenticator.authenticate(&headers))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(provider.fetches(), 1);
}

#[tokio::test]
async fn a_key_counts_for_its_own_algorithm_and_use_only() {
    let signer = Signer::ed25519("k1", 1);
    let changed = |changes: Value| {
        let mut key = signer.public();
        let members = key.as_object_mut().expect("an object");
        members.extend(changes.as_object().expect("an object").clone());
        key
    };
    let rsa = |kid: &str, modulus: &str, more: Value| {
        let mut key = json!({ "kty": "RSA", "kid": kid, "n": modulus, "e": "AQAB" });
        key.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        key
    };
    let good = signer.sign(&claims(json!({})));
    let nameless = signer.sign_with(Header::new(Algorithm::EdDSA), &claims(json!({})));
    let symmetric =
        json!({ "kty": "oct", "kid": "k1", "alg": "HS256", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY" });
    let other = Signer::ed25519("k2", 2).public();
    let public_part = signer.public()["x"].as_str().expect("a text").to_owned();
    for (case, keys, token, accepted) in [
        ("plain", vec![changed(json!({}))], &good, true),
        ("beside a key of an unknown kind", vec![json!({ "kty": "NEW" }), changed(json!({}))], &good, true),
        ("for encryption", vec![other.clone(), changed(json!({ "use": "enc" }))], &good, false),
        ("for signing only", vec![other.clone(), changed(json!({ "key_ops": ["sign"] }))], &good, false),
        ("for another algorithm", vec![other.clone(), changed(json!({ "alg": "RS256" }))], &good, false),
        ("token without key id, one key", vec![changed(json!({}))], &nameless, true),
        ("token without key id, two keys", vec![changed(json!({})), other.clone()], &nameless, false),
        ("RSA", vec![rsa("rsa", RSA.0, json!({}))], &RSA.1.to_owned(), true),
        ("RSA, said", vec![rsa("rsa", RSA.0, json!({ "alg": "RS256", "use": "sig" }))], &RSA.1.to_owned(), true),
        ("RSA for PS256", vec![rsa("rsa", RSA.0, json!({ "alg": "PS256" }))], &RSA.1.to_owned(), false),
        ("short RSA", vec![other.clone(), rsa("small", SHORT_RSA.0, json!({}))], &SHORT_RSA.1.to_owned(), false),
        ("symmetric key in the set", vec![other, symmetric], &shared(&claims(json!({})), SECRET.as_bytes()), false),
        (
            "HS256 with the public key as the secret",
            vec![changed(json!({}))],
            &shared(&claims(json!({})), public_part.as_bytes()),
            false,
        ),
    ] {
        let provider = Provider::start(&keys).await;
        let authenticator = provider.authenticator(Arc::default());
        assert_eq!(accepts(&authenticator, token).await, accepted, "{case}");
    }
}

#[tokio::test]
async fn keys_that_a_token_brings_along_are_not_looked_at() {
    let (trusted, foreign) = (Signer::ed25519("k1", 1), Signer::ed25519("k1", 7));
    let provider = Provider::start(&[trusted.public()]).await;
    let elsewhere = Provider::start(&[foreign.public()]).await;
    let authenticator = provider.authenticator(Arc::default());
    let header = || Header {
        kid: Some("k1".to_owned()),
        jku: Some(elsewhere.address.clone()),
        x5u: Some(elsewhere.address.clone()),
        jwk: serde_json::from_value(foreign.public()).expect("a key"),
        ..Header::new(Algorithm::EdDSA)
    };
    assert!(!accepts(&authenticator, &foreign.sign_with(header(), &claims(json!({})))).await);
    assert!(accepts(&authenticator, &trusted.sign_with(header(), &claims(json!({})))).await);
    assert_eq!(elsewhere.fetches(), 0);
}
