//! docs/custom-policy.md: the rule of tests/custom-policy in a running service.

use reqwest::Method;
use serde_json::json;
use turnpike::policy::{Limits, Policy};

use super::{PolicyFile, YEARLY_FEATURE, custom, turnpikes, with_yearly_feature};
use crate::{
    api::Api,
    done_right::on_both_engines,
    engines::TestDatabase,
    tokens,
    world::{ADMIN, FREE, LAPSED, MEMBER, STRANGER},
};

on_both_engines!(the_rule_refuses_and_says_why_in_four_languages, the_page_takes_the_servers_decisions,);

async fn the_rule_refuses_and_says_why_in_four_languages(database: &TestDatabase) {
    let file = PolicyFile::with(&custom("yearly.wasm"));
    let setup = file.setup(database).with_world();
    with_yearly_feature(database).await;
    let host = setup.serve();
    let api = Api::new(&host.url);
    let wish = json!({"featureCode": YEARLY_FEATURE, "mandateId": FREE}).to_string();
    for (language, detail) in [
        ("de", "Diese Funktion gibt es nur mit einem Jahresabonnement."),
        ("fr", "Cette fonction n’est offerte qu’avec un abonnement annuel."),
        ("it", "Questa funzione è disponibile solo con un abbonamento annuale."),
        ("en", "This feature comes with a yearly plan only."),
    ] {
        let headers = [("accept-language", language)];
        let body = Some(wish.clone().into_bytes());
        let reply = api.send(Method::POST, "/api/store/activate", Some(&tokens::of(ADMIN)), &headers, body).await;
        assert_eq!(reply.header("content-type"), "application/problem+json");
        let problem = reply.json();
        assert_eq!((reply.status, problem["type"].as_str()), (403, Some("urn:turnpike:problem:custom")), "{problem}");
        assert_eq!((problem["code"].as_str(), problem["detail"].as_str()), (Some("custom"), Some(detail)));
        // The texts of other languages stay here.
        assert_eq!(problem["reasons"][0]["params"], json!({"rule": "yearly-plan"}));
    }
    // Other features are as ever, and who has no right to ask is told nothing of the rule.
    assert_eq!(api.activate(ADMIN, FREE, "f0").await.status, 200);
    for (user, mandate, code) in
        [(STRANGER, FREE, "mandate-not-found"), (MEMBER, FREE, "not-admin"), (ADMIN, LAPSED, "no-subscription")]
    {
        let reply = api.activate(user, mandate, YEARLY_FEATURE).await;
        let codes: Vec<String> = reply.json()["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reason| reason["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(codes, [code], "{user} in {mandate}");
    }
    // With a yearly plan nothing speaks against it.
    database.execute("UPDATE plans SET billing_period = 'YEARLY' WHERE key = 'FREE3'").await;
    let reply = api.activate(ADMIN, FREE, YEARLY_FEATURE).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

async fn the_page_takes_the_servers_decisions(database: &TestDatabase) {
    let file = PolicyFile::with(&custom("yearly.wasm"));
    let setup = file.setup(database).with_world();
    with_yearly_feature(database).await;
    let host = setup.serve();
    let api = Api::new(&host.url);
    let answer = api.get(ADMIN, &format!("/api/store/preflight?mandateId={FREE}")).await.json();
    // The page brings Turnpike's own rules along. It decides with them only under their digest.
    assert_eq!(answer["policyDigest"], file.digest());
    assert_ne!(answer["policyDigest"], turnpike::policy::hex_sha256(&turnpikes()));
    let decisions = answer["decisions"]["activate"].as_array().unwrap();
    let decision = decisions.iter().find(|decision| decision["featureCode"] == YEARLY_FEATURE).unwrap();
    assert_eq!((&decision["allowed"], &decision["reasons"][0]["code"]), (&json!(false), &json!("custom")));
    assert!(decision["reasons"][0]["detail"].as_str().unwrap().contains("Jahresabonnement"), "{decision}");
    assert_eq!(answer["facts"]["mandate"]["subscriptions"][0]["plan"]["billingPeriod"], "monthly");
    // Whoever wants to decide the same gets the very module.
    let module = reqwest::get(format!("{}/api/store/policy/{}.wasm", host.url, file.digest())).await.unwrap();
    assert_eq!(module.bytes().await.unwrap(), custom("yearly.wasm"));
}

/// As small a memory as Turnpike's own: with the page's flags.
#[test]
fn the_pages_crate_makes_a_module_like_turnpikes() {
    let module = Policy::load(&custom("yearly.wasm"), Limits::default()).unwrap();
    assert_eq!(module.memory_pages(), crate::policy::embedded().memory_pages());
    assert!(module.reads_compact());
}

#[test]
fn the_page_shows_the_crate_that_is_built_here() {
    let page = include_str!("../../../docs/custom-policy.md");
    for (file, code) in [
        ("src/lib.rs", include_str!("../../custom-policy/src/lib.rs")),
        ("src/yearly_plan.rs", include_str!("../../custom-policy/src/yearly_plan.rs")),
    ] {
        assert!(
            page.contains(&format!("```rust\n// {file}\n{code}```")),
            "docs/custom-policy.md shows another `{file}`"
        );
    }
}
