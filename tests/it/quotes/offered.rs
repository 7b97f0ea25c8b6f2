//! What a quote says, to whom, how often the provider is asked, and that asking changes nothing.

use serde_json::{Value, json};
use stripe_sim::CardOutcome;

use super::{amount, previews, quote, quoted};
use crate::{
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    scene::Scene,
    world::{ADMIN, FREE, MEMBER, OPEN, OTHER, PAID, STRANGER},
};

on_both_engines!(a_quote_is_stripes_preview_and_changes_nothing, the_same_question_gets_the_same_quote);

async fn a_quote_is_stripes_preview_and_changes_nothing(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let before = scene.setup.export();
    let quote = quoted(&scene, ADMIN, PAID, &["f0", "f1"], &[]).await;
    assert_eq!(
        (&quote["source"], &quote["gate"], &quote["currency"]),
        (&json!("stripe"), &json!("quantity"), &json!("CHF"))
    );
    assert_eq!(quote["perPeriod"], json!({"before": 0, "after": 5900}));
    assert_eq!((&quote["dueNow"], &quote["taxBehavior"]), (&json!(0), &json!("unknown")));
    let (rest, period) = (amount(&quote, "remaining"), amount(&quote, "period"));
    assert!((1..=5900).contains(&rest) && period == 5900, "{quote}");
    let next = &quote["nextInvoice"];
    assert_eq!(
        (&next["subtotal"], &next["tax"], &next["total"]),
        (&json!(rest + period), &json!(0), &json!(rest + period))
    );
    assert!(quote["lines"].as_array().expect("lines").iter().all(|line| line["invoice"] == "next"), "{quote}");
    assert_eq!(scene.setup.export(), before);
    assert_eq!(scene.billed(PAID), 0);
    assert!(scene.sim.ledger().quantity_changes.is_empty());
    assert_eq!(database.number("SELECT count(*) FROM changes").await, 0);
}

async fn the_same_question_gets_the_same_quote(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let first = quoted(&scene, ADMIN, OPEN, &["f0", "f1"], &[]).await;
    assert_eq!(quoted(&scene, ADMIN, OPEN, &["f1", "f0"], &[]).await["id"], first["id"]);
    assert_eq!(previews(&scene.sim), 1);
    // For somebody else, or about something else, it is another; and once something changed.
    assert_ne!(quoted(&scene, "u-a0", OPEN, &["f0", "f1"], &[]).await["id"], first["id"]);
    assert_ne!(quoted(&scene, ADMIN, OPEN, &["f0"], &[]).await["id"], first["id"]);
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f5").await.status, 200);
    let later = quoted(&scene, ADMIN, OPEN, &["f0", "f1"], &[]).await;
    assert_ne!(later["id"], first["id"]);
    assert_eq!(later["perPeriod"], json!({"before": 9000, "after": 27000}));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_gate_payment_the_rest_of_the_period_is_due_now() {
    let database = engines::sqlite().await;
    let scene = Scene::with(&database, |setup| setup.with("TURNPIKE_BILLING_GATE", "payment")).await;
    let quote = quoted(&scene, ADMIN, OPEN, &["f0"], &[]).await;
    assert_eq!((&quote["gate"], &quote["dueNow"]), (&json!("payment"), &json!(amount(&quote, "remaining"))));
    assert_eq!(quote["nextInvoice"]["total"], 9000);
    // An end is credited on the next invoice all the same.
    let instance = scene.api.activate(ADMIN, OPEN, "f0").await.json()["instanceId"].as_str().expect("an id").to_owned();
    let quote = quoted(&scene, ADMIN, OPEN, &[], &[&instance]).await;
    assert_eq!((&quote["gate"], &quote["dueNow"]), (&Value::Null, &json!(0)));
    assert!(amount(&quote, "unused") < 0, "{quote}");
    // Asking pays nothing.
    scene.sim.card(None, CardOutcome::Declined);
    quoted(&scene, ADMIN, OPEN, &["f1"], &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_price_or_without_stripe_it_is_the_list() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let quote = quoted(&scene, ADMIN, FREE, &["f0"], &[]).await;
    assert_eq!((&quote["source"], &quote["gate"], &quote["nextInvoice"]), (&json!("list"), &Value::Null, &Value::Null));
    assert_eq!((&quote["perPeriod"], &quote["lines"]), (&json!({"before": 0, "after": 0}), &json!([])));
    assert_eq!(previews(&scene.sim), 0);
    // What is there already can be given up without Stripe.
    let instance = scene.api.activate(ADMIN, PAID, "f0").await.json()["instanceId"].as_str().expect("an id").to_owned();
    scene.settled(PAID).await;
    let alone = crate::host::Setup::new(&database.url).serve();
    let body = json!({"mandateId": PAID, "deactivate": [instance]});
    let quote = crate::api::Api::new(&alone.url).post(ADMIN, "/api/store/quote", &body).await.json();
    assert_eq!((&quote["source"], &quote["perPeriod"]), (&json!("list"), &json!({"before": 2950, "after": 0})));
}

#[tokio::test(flavor = "multi_thread")]
async fn taxes_are_told_as_the_plan_says_where_stripe_computes_none() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    // About something else each time: the same question has the same answer for a while.
    for (includes, told, feature) in [(true, "inclusive", "f0"), (false, "unknown", "f1")] {
        scene.setup.import(&json!({"format": "feature-store-fixture/1", "plans": [{
            "key": "PAID3", "label": "PAID3", "pricePerFeatureInstanceCHF": 29.5, "priceIncludesTax": includes,
            "billingPeriod": "MONTHLY", "maxFeatureInstances": 3
        }]}));
        let quote = quoted(&scene, ADMIN, PAID, &[feature], &[]).await;
        assert_eq!((&quote["source"], &quote["taxBehavior"]), (&json!("stripe"), &json!(told)));
        let alone = crate::host::Setup::new(&database.url).serve();
        let body = json!({"mandateId": PAID, "activate": ["f0"]});
        let refused = crate::api::Api::new(&alone.url).post(ADMIN, "/api/store/quote", &body).await;
        assert_eq!(refused.code(), "billing-incomplete", "nothing is quoted that cannot be billed: {}", refused.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_is_judged_as_a_whole() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let refused = quote(&scene, ADMIN, PAID, &["f0", "f1", "f2", "f3"], &[]).await;
    assert_eq!((refused.status, refused.code().as_str()), (402, "capacity-reached"));
    assert_eq!(refused.json()["reasons"][0]["params"], json!({"limit": 3, "used": 0, "adding": 4}));
    let mut instances = Vec::new();
    for feature in ["f0", "f1", "f2"] {
        instances.push(
            scene.api.activate(ADMIN, PAID, feature).await.json()["instanceId"].as_str().expect("an id").to_owned(),
        );
    }
    assert_eq!(quote(&scene, ADMIN, PAID, &["f3"], &[]).await.code(), "capacity-reached");
    // What ends makes room for what begins, and the quantity stays.
    let even = quoted(&scene, ADMIN, PAID, &["f3"], &[&instances[0]]).await;
    assert_eq!(even["perPeriod"], json!({"before": 8850, "after": 8850}));
    assert_eq!((amount(&even, "unused"), amount(&even, "remaining"), amount(&even, "period")), (0, 0, 8850));

    for (user, mandate, activate, deactivate, status, code) in [
        (STRANGER, PAID, vec!["f0"], vec![], 404, "mandate-not-found"),
        (STRANGER, PAID, vec![], vec![instances[0].as_str()], 404, "instance-not-found"),
        (MEMBER, PAID, vec!["f0"], vec![], 403, "not-admin"),
        (MEMBER, PAID, vec![], vec![instances[0].as_str()], 403, "not-admin"),
        (ADMIN, PAID, vec!["no-such"], vec![], 404, "feature-not-found"),
        (ADMIN, OPEN, vec!["f0"], vec![instances[0].as_str()], 404, "instance-not-found"),
        (ADMIN, OTHER, vec!["f0"], vec![], 404, "mandate-not-found"),
    ] {
        let reply = quote(&scene, user, mandate, &activate, &deactivate).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (status, code),
            "{user} {mandate} {activate:?} {deactivate:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_checked() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    for (body, pointer, problem) in [
        (json!({"mandateId": OPEN}), "/activate", "entries"),
        (json!({"mandateId": OPEN, "activate": [], "deactivate": null}), "/activate", "entries"),
        (json!({"mandateId": OPEN, "activate": vec!["f0"; 21]}), "/activate", "entries"),
        (json!({"mandateId": OPEN, "activate": "f0"}), "/activate", "wrong-type"),
        (json!({"mandateId": OPEN, "activate": ["f0", 7]}), "/activate/1", "wrong-type"),
        (json!({"mandateId": OPEN, "activate": [""]}), "/activate/0", "length"),
        (json!({"mandateId": OPEN, "deactivate": ["i", "i"]}), "/deactivate", "duplicate"),
        (json!({"activate": ["f0"]}), "/mandateId", "missing"),
        (json!({"mandateId": OPEN, "activate": ["f0"], "deActivates": []}), "/deActivates", "near-miss"),
    ] {
        for path in ["/api/store/quote", "/api/store/changes"] {
            let reply = scene.api.post(ADMIN, path, &body).await;
            assert_eq!((reply.status, reply.code().as_str()), (422, "invalid-field"), "{path} {body}");
            let problem_of = reply.json();
            assert_eq!(problem_of["pointer"], pointer, "{path} {body}");
            assert_eq!(problem_of["reasons"][0]["params"]["problem"], problem, "{path} {body}");
        }
    }
    assert_eq!(previews(&scene.sim), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_mandate_asks_only_so_often() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let mut refused = None;
    for feature in ["f0", "f1"] {
        for count in 1..=20 {
            let reply = quote(&scene, ADMIN, OPEN, &vec![feature; count], &[]).await;
            match reply.status {
                200 => assert!(refused.is_none(), "{feature} {count}"),
                _ => refused = Some(reply),
            }
        }
    }
    let refused = refused.expect("a limit");
    assert_eq!((refused.status, refused.code().as_str()), (429, "rate-limited"));
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(previews(&scene.sim), 30);
    assert_eq!(quote(&scene, ADMIN, PAID, &["f0"], &[]).await.status, 200, "another mandate has its own share");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_nobody_tells_is_not_made_up() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    scene.sim.stop().await;
    let reply = quote(&scene, ADMIN, OPEN, &["f0"], &[]).await;
    assert_eq!((reply.status, reply.code().as_str()), (503, "billing-unavailable"));
}
