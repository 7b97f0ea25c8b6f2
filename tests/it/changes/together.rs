//! All of it or nothing, at one instant, as one operation.

use serde_json::json;
use stripe_sim::{Action, BodyKind, CardOutcome, Fault, Stage};

use super::{PATH, change, instance, states, steps, updates, wish};
use crate::{
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    scene::Scene,
    world::{ADMIN, FOLLOWED, FREE, MEMBER, OPEN, PAID},
};

on_both_engines!(
    up_and_down_is_one_operation,
    what_ends_makes_room_for_what_begins,
    a_declined_payment_leaves_everything_as_it_was,
    what_costs_nothing_is_done_at_once,
    one_refusal_refuses_all,
    a_repeat_is_a_replay,
);

async fn up_and_down_is_one_operation(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let old = instance(&scene, OPEN, "f0").await;
    let before = updates(&scene);
    let reply = change(&scene, OPEN, &["f1", "f2"], &[&old]).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let body = reply.json();
    assert_eq!((&body["done"], &body["state"], &body["mandateId"]), (&json!(true), &json!("done"), &json!(OPEN)));
    let changes = body["changes"].as_array().expect("changes");
    let told: Vec<_> = changes.iter().map(|one| (one["kind"].as_str(), one["featureCode"].as_str())).collect();
    assert_eq!(told, [(Some("activate"), Some("f1")), (Some("activate"), Some("f2")), (Some("end"), Some("f0"))]);
    assert!(changes.iter().all(|one| one["state"] == "done" && one["batchId"] == changes[0]["batchId"]), "{body}");
    assert!(changes.iter().all(|one| one["effectiveAt"] == changes[0]["effectiveAt"]), "{body}");
    assert!(changes[0]["batchId"].is_string());
    assert_eq!((steps(&scene), updates(&scene)), (vec![(0, 1), (1, 2)], before + 1));
    assert_eq!(states(&scene, OPEN).await, ["active", "active", "ended"]);
    scene.settled(OPEN).await;
    assert_eq!(
        database.number("SELECT count(*) FROM operations WHERE direction = 'mixed' AND state = 'applied'").await,
        1
    );
    // What ended is remembered like any other.
    assert_eq!(scene.api.restore(ADMIN, OPEN, &old).await.status, 200);
    scene.settled(OPEN).await;
}

async fn what_ends_makes_room_for_what_begins(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let mut instances = Vec::new();
    for feature in ["f0", "f1", "f2"] {
        instances.push(instance(&scene, PAID, feature).await);
    }
    assert_eq!(change(&scene, PAID, &["f3", "f4"], &[&instances[0]]).await.code(), "capacity-reached");
    let reply = change(&scene, PAID, &["f3", "f4"], &[&instances[0], &instances[1]]).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(states(&scene, PAID).await, ["active", "active", "active", "ended", "ended"]);
    assert_eq!(scene.billed(PAID), 3);
    // The quantity never moved, and yet billing confirmed it.
    assert_eq!(steps(&scene), [(0, 1), (1, 2), (2, 3)]);
    scene.settled(PAID).await;
    assert_eq!(scene.api.counted(ADMIN, PAID).await, 3);
}

async fn a_declined_payment_leaves_everything_as_it_was(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let old = instance(&scene, OPEN, "f0").await;
    let before = scene.setup.export();
    let declined = Action::Status {
        status: 402,
        body: BodyKind::Json,
        at: Stage::Before,
        code: Some("card_declined".to_owned()),
        should_retry: None,
        saved: None,
    };
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions/", declined));
    let body = wish(OPEN, &["f1", "f2"], &[&old]);
    let reply = scene.api.post_keyed(ADMIN, PATH, "k", &body).await;
    assert_eq!((reply.status, reply.code().as_str()), (402, "payment-declined"), "{}", reply.text);
    let again = scene.api.post_keyed(ADMIN, PATH, "k", &body).await;
    assert_eq!((again.status, again.code().as_str()), (402, "payment-declined"), "a decline is an answer that is kept");
    assert_eq!(scene.setup.export(), before);
    assert_eq!(states(&scene, OPEN).await, ["active"]);
    let left = "SELECT (SELECT count(*) FROM instances WHERE ending_by_change IS NOT NULL OR state = 'reserved') \
                + (SELECT count(*) FROM ended_instances) \
                + (SELECT count(*) FROM notices n JOIN changes c ON c.id = n.change_id WHERE c.state = 'failed')";
    assert_eq!(database.number(left).await, 0);
    assert_eq!(database.number("SELECT count(*) FROM changes WHERE state = 'failed'").await, 3);
    // It is free for whatever comes next.
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &old).await.status, 200);
    scene.settled(OPEN).await;
}

async fn what_costs_nothing_is_done_at_once(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for mandate in [FREE, FOLLOWED] {
        let old = instance(&scene, mandate, "f0").await;
        let reply = change(&scene, mandate, &["f1", "f2"], &[&old]).await;
        assert_eq!((reply.status, &reply.json()["done"]), (200, &json!(true)), "{mandate}: {}", reply.text);
        let states = states(&scene, mandate).await;
        assert_eq!(states.iter().filter(|state| *state == "active").count(), 2, "{mandate}: {states:?}");
    }
    scene.settled(FOLLOWED).await;
    assert_eq!(scene.billed(FOLLOWED), 2);
    // Ends alone need not wait either, whatever they cost.
    let paid = [instance(&scene, PAID, "f0").await, instance(&scene, PAID, "f1").await];
    let reply = change(&scene, PAID, &[], &[&paid[0], &paid[1]]).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    scene.settled(PAID).await;
    assert_eq!(scene.billed(PAID), 0);
    let changes = scene.sim.ledger().quantity_changes;
    let down: Vec<_> = changes.iter().filter(|step| step.from > step.to && step.item.ends_with("paid")).collect();
    assert_eq!(down.len(), 1, "one operation: {down:?}");
}

async fn one_refusal_refuses_all(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let old = instance(&scene, OPEN, "f0").await;
    let before = scene.setup.export();
    for (activate, deactivate, code) in [
        (vec!["f1", "no-such"], vec![old.as_str()], "feature-not-found"),
        (vec!["f1"], vec![old.as_str(), "i-none"], "instance-not-found"),
        (vec!["f1", "noadmin"], vec![], "feature-misconfigured"),
    ] {
        let reply = change(&scene, OPEN, &activate, &deactivate).await;
        assert_eq!(reply.code(), code, "{activate:?} {deactivate:?}: {}", reply.text);
    }
    let reply = scene.api.post(MEMBER, PATH, &wish(OPEN, &["f1"], &[&old])).await;
    assert_eq!((reply.status, reply.code().as_str()), (403, "not-admin"));
    assert_eq!(scene.setup.export(), before);
    assert_eq!(steps(&scene), [(0, 1)]);
}

async fn a_repeat_is_a_replay(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let old = instance(&scene, OPEN, "f0").await;
    let body = wish(OPEN, &["f1", "f1"], &[&old]);
    let first = scene.api.post_keyed(ADMIN, PATH, "k", &body).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let again = scene.api.post_keyed(ADMIN, PATH, "k", &body).await;
    assert_eq!((again.status, again.json()), (200, first.json()));
    let other = scene.api.post_keyed(ADMIN, PATH, "k", &wish(OPEN, &["f2"], &[])).await;
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency-key-reused"));
    assert_eq!(steps(&scene), [(0, 1), (1, 2)]);
    assert_eq!(states(&scene, OPEN).await, ["active", "active", "ended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_gate_payment_only_more_is_paid() {
    let database = engines::sqlite().await;
    let scene = Scene::with(&database, |setup| setup.with("TURNPIKE_BILLING_GATE", "payment")).await;
    let (one, two) = (instance(&scene, OPEN, "f0").await, instance(&scene, OPEN, "f1").await);
    let invoices = || {
        let all = scene.sim.ledger().invoices;
        all.into_iter().filter(|invoice| invoice.billing_reason == "subscription_update").count()
    };
    let before = invoices();
    scene.sim.card(None, CardOutcome::Declined);
    // Fewer than before: a credit, and nothing to pay.
    let reply = change(&scene, OPEN, &["f2"], &[&one, &two]).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(invoices(), before);
    let reply = change(&scene, OPEN, &["f3", "f4"], &[]).await;
    assert_eq!((reply.status, reply.code().as_str()), (402, "payment-declined"));
    scene.sim.card(None, CardOutcome::Ok);
    assert_eq!(change(&scene, OPEN, &["f3", "f4"], &[]).await.status, 200);
    assert_eq!(invoices(), before + 1);
    scene.settled(OPEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_held_to_its_quote() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let old = instance(&scene, OPEN, "f0").await;
    let lines = |scene: &Scene| -> i64 { scene.sim.ledger().pending_lines.iter().map(|line| line.amount).sum() };
    let before = lines(&scene);
    let quote = scene.api.post(ADMIN, "/api/store/quote", &wish(OPEN, &["f1", "f2"], &[&old])).await.json();
    let mut body = wish(OPEN, &["f1", "f2"], &[&old]);
    body["quoteId"] = quote["id"].clone();
    let mut other = wish(OPEN, &["f1"], &[&old]);
    other["quoteId"] = quote["id"].clone();
    assert_eq!(scene.api.post(ADMIN, PATH, &other).await.code(), "quote-changed");
    let reply = scene.api.post(ADMIN, PATH, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(
        reply.json()["changes"]
            .as_array()
            .expect("changes")
            .iter()
            .all(|one| { one["quoteId"] == quote["id"] && one["effectiveAt"] == quote["effectiveAt"] })
    );
    let quoted: i64 = quote["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .filter(|line| line["kind"] == "unused" || line["kind"] == "remaining")
        .map(|line| line["amount"].as_i64().expect("a number"))
        .sum();
    assert_eq!(lines(&scene) - before, quoted);
    assert!([404, 412].contains(&scene.api.post(ADMIN, PATH, &body).await.status), "once");
}
