//! What the page is told before anybody has signed in, and which settings are refused.

use std::{fs, io::Write as _};

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::Visit;
use crate::{
    engines,
    host::Setup,
    tokens,
    world::{ADMIN, MEMBER},
};

/// A file of two people.
fn people() -> (NamedTempFile, Value) {
    let people = json!([
        {"username": "anna", "part": "admin of m-free", "token": tokens::of(ADMIN)},
        {"username": "ben", "part": "user of m-free", "token": tokens::of(MEMBER)},
    ]);
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(people.to_string().as_bytes()).unwrap();
    (file, people)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_settings_the_page_speaks_german_and_waits_for_a_token() {
    let visit = Visit::to(|setup| setup).await;
    let seen = visit.get("/api/store/page", &[]).await;
    assert_eq!((seen.status, seen.header("cache-control").as_str()), (200, "private, no-cache"));
    assert_eq!(
        seen.json(),
        json!({
            "defaultLocale": "de",
            "locales": ["de", "fr", "it", "en"],
            "vocabulary": {
                "de": {"one": "Mandant", "many": "Mandanten"},
                "fr": {"one": "mandat", "many": "mandats"},
                "it": {"one": "mandato", "many": "mandati"},
                "en": {"one": "mandate", "many": "mandates"},
            },
            "signIn": {"kind": "token"},
            "publicUrl": null,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_reach_the_page() {
    let visit = Visit::to(|setup| {
        setup
            .with("TURNPIKE_PAGE_LOCALE", "fr")
            .with("TURNPIKE_PAGE_MANDATE_FR", "espace, espaces")
            .with("TURNPIKE_PAGE_MANDATE_EN", "tenant,tenants")
            .with("TURNPIKE_PUBLIC_URL", "https://store.example.com/")
            .with("TURNPIKE_SESSION_COOKIE", "__Host-session")
    })
    .await;
    let told = visit.get("/api/store/page", &[]).await.json();
    assert_eq!(told["defaultLocale"], "fr");
    assert_eq!(told["vocabulary"]["fr"], json!({"one": "espace", "many": "espaces"}));
    assert_eq!(told["vocabulary"]["en"], json!({"one": "tenant", "many": "tenants"}));
    assert_eq!(told["vocabulary"]["de"]["one"], "Mandant");
    assert_eq!(told["signIn"], json!({"kind": "cookie"}), "the cookie's name is not the page's business");
    assert_eq!(told["publicUrl"], "https://store.example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_to_this_machine_and_the_public_address_only() {
    let (file, people) = people();
    let visit = Visit::to(|setup| {
        setup
            .with("TURNPIKE_PAGE_PEOPLE", &file.path().to_string_lossy())
            .with("TURNPIKE_PUBLIC_URL", "http://demo.example:8080")
    })
    .await;
    let port = visit.origin().rsplit(':').next().unwrap().to_owned();
    for (host, is_told) in [
        ("127.0.0.1:PORT", true),
        ("localhost:PORT", true),
        ("[::1]:PORT", true),
        ("demo.example:8080", true),
        ("demo.example", true),
        // A name of the attacker's that was pointed at this machine.
        ("rebound.example:PORT", false),
        ("127.0.0.1.rebound.example", false),
        ("localhost.rebound.example", false),
        ("demo.example.rebound.example", false),
        ("192.0.2.7:PORT", false),
        ("x@127.0.0.1:PORT", false),
        ("", false),
    ] {
        let told = visit.get("/api/store/page", &[("host", &host.replace("PORT", &port))]).await.json();
        let expected = if is_told { json!({"kind": "people", "people": people}) } else { json!({"kind": "token"}) };
        assert_eq!(told["signIn"], expected, "{host}");
    }
    let token = people[0]["token"].as_str().unwrap();
    let seen = visit.get("/api/store/mandates", &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(seen.status, 200, "the token is one");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_do_not_go_with_real_money_and_must_be_people() {
    let database = engines::sqlite().await;
    let (file, _) = people();
    let broken = NamedTempFile::new().unwrap();
    fs::write(broken.path(), "[{\"username\": \"anna\",\n \"secret\": \"hush\"}]").unwrap();
    let path = |file: &NamedTempFile| file.path().to_string_lossy().into_owned();
    let setup = Setup::new(&database.url).with("TURNPIKE_PAGE_PEOPLE", &path(&file));
    setup.import(&crate::world::document());
    for (setup, expected) in [
        (
            setup.clone().with("TURNPIKE_STRIPE_SECRET_KEY", "sk_live_hush"),
            "`TURNPIKE_PAGE_PEOPLE` is set, and `TURNPIKE_STRIPE_SECRET_KEY` is a live key: signing in without a password is for demos only",
        ),
        (
            setup.clone().with("TURNPIKE_STRIPE_SECRET_KEY", "rk_live_hush"),
            "`TURNPIKE_PAGE_PEOPLE` is set, and `TURNPIKE_STRIPE_SECRET_KEY` is a live key",
        ),
        (
            setup.clone().with("TURNPIKE_PAGE_PEOPLE", &path(&broken)),
            "must be a JSON list of people, each with `username`, `part` and `token`: line 2",
        ),
        (
            setup.clone().with("TURNPIKE_PAGE_PEOPLE", "/nowhere/people.json"),
            "cannot read the people of the page in `/nowhere/people.json`",
        ),
    ] {
        let (code, _, errors) = setup.run(&["serve"]);
        assert_ne!(code, 0);
        assert!(errors.contains(expected), "{errors}");
        assert!(!errors.contains("hush"), "{errors}");
    }
}
