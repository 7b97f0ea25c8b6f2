//! Each decision that changed something is on record, with the change and under its id.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::decision_of;
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    tokens,
    world::{ADMIN, FREE, MEMBER, OPEN, PAID, STRANGER},
};

on_both_engines!(
    every_change_has_its_decision,
    a_batch_of_somebody_new_has_one_pseudonym,
    the_key_of_a_pseudonym_goes_with_its_user_and_the_change_names_them_still,
    a_home_mandate_has_its_decision,
    what_fails_leaves_no_decision,
);

/// Changes without a decision of their id, mandate and policy that let them through, and decisions without a change.
const UNPAIRED: &str = "SELECT (SELECT count(*) FROM changes c WHERE NOT EXISTS (SELECT 1 FROM decisions d \
     WHERE d.id = c.id AND d.mandate_id = c.mandate_id AND d.policy_digest = c.policy_digest AND d.allowed = 1 \
     AND d.instance_id = c.instance_id AND d.feature_code = c.feature_code)) \
     + (SELECT count(*) FROM decisions d WHERE d.allowed = 1 AND d.kind <> 'mandates' \
     AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.id = d.id))";

async fn every_change_has_its_decision(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let api = &scene.api;
    let mut expected = BTreeSet::new();
    for mandate in [FREE, PAID] {
        let activated = api.activate(ADMIN, mandate, "f0").await;
        expected.insert((decision_of(&activated), activated.header("x-trace-id").to_owned()));
        let instance = activated.json()["instanceId"].as_str().unwrap().to_owned();
        let ended = api.deactivate(ADMIN, mandate, "f0", &instance).await;
        assert_eq!(ended.json()["change"], decision_of(&ended));
        expected.insert((decision_of(&ended), ended.header("x-trace-id").to_owned()));
        let restored = api.restore(ADMIN, mandate, &instance).await;
        expected.insert((decision_of(&restored), restored.header("x-trace-id").to_owned()));
    }
    let pairs = "SELECT d.id || ' ' || d.trace_id FROM decisions d WHERE d.kind <> 'mandates'";
    let found: BTreeSet<(String, String)> = database
        .lines(pairs)
        .await
        .iter()
        .map(|line| line.split_once(' ').map(|(id, trace)| (id.to_owned(), trace.to_owned())).unwrap())
        .collect();
    assert_eq!(found, expected);
    assert_eq!(database.number(UNPAIRED).await, 0);
    assert_eq!(database.number("SELECT count(DISTINCT who) FROM decisions WHERE who <> ''").await, 1);
    // The same request once more is the same change, and no further decision.
    let body = json!({"featureCode": "f1", "mandateId": FREE});
    let first = api.post_keyed(ADMIN, "/api/store/activate", "a-key", &body).await;
    let again = api.post_keyed(ADMIN, "/api/store/activate", "a-key", &body).await;
    assert_eq!(decision_of(&first), decision_of(&again));
    assert_eq!(database.number(UNPAIRED).await, 0);
    assert_eq!(database.number("SELECT count(*) FROM decisions").await, 7);
    for facts in database.lines("SELECT facts FROM decisions").await {
        let parsed: Value = serde_json::from_str(&facts).unwrap();
        assert!(parsed["now"].as_i64().is_some(), "{facts}");
        for personal in ["u-admin", "name-u-", "planted"] {
            assert!(!facts.contains(personal), "`{personal}` in {facts}");
        }
    }
}

async fn a_batch_of_somebody_new_has_one_pseudonym(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let body = json!({"mandateId": OPEN, "activate": ["f0", "f1"], "deactivate": []});
    let reply = scene.api.post("u-a0", "/api/store/changes", &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let made: Vec<String> = reply.json()["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["instanceId"].as_str().unwrap().to_owned())
        .collect();
    let body = json!({"mandateId": OPEN, "activate": ["f2"], "deactivate": made});
    let reply = scene.api.post("u-a1", "/api/store/changes", &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(database.number("SELECT count(*) FROM decisions").await, 5);
    assert_eq!(database.number("SELECT count(DISTINCT who) FROM decisions").await, 2);
    assert_eq!(database.number("SELECT count(DISTINCT trace_id) FROM decisions").await, 2);
    assert_eq!(database.number("SELECT count(*) FROM pseudonym_keys").await, 2);
    assert_eq!(database.number(UNPAIRED).await, 0);
}

async fn the_key_of_a_pseudonym_goes_with_its_user_and_the_change_names_them_still(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for user in ["u-a0", "u-a1"] {
        assert_eq!(scene.api.activate(user, FREE, "f0").await.status, 200);
    }
    let whose = "SELECT count(DISTINCT d.who) FROM decisions d";
    assert_eq!(database.number(whose).await, 2);
    // As every connection of a host does; PostgreSQL needs not be told.
    let cascading = if database.is_postgres() { "" } else { "PRAGMA foreign_keys = ON; " };
    database.execute(&format!("{cascading}DELETE FROM users WHERE id = 'u-a0'")).await;
    assert_eq!(database.number(whose).await, 2, "the record stays");
    assert_eq!(database.number("SELECT count(*) FROM pseudonym_keys WHERE user_id = 'u-a0'").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM pseudonym_keys").await, 1);
    // The decision by itself says nobody any more. What it let through does, under the same id.
    let named = "SELECT c.user_id FROM changes c JOIN decisions d ON d.id = c.id ORDER BY c.user_id";
    assert_eq!(database.lines(named).await, ["u-a0", "u-a1"]);
}

async fn a_home_mandate_has_its_decision(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for _ in 0..2 {
        assert_eq!(scene.api.get(STRANGER, "/api/store/mandates").await.status, 200);
        // Known to the store only by the token.
        assert_eq!(scene.api.get("u-unheard-of", "/api/store/mandates").await.status, 200);
    }
    let homes = "SELECT count(*) FROM decisions d JOIN mandates m ON m.id = d.mandate_id \
         WHERE d.kind = 'mandates' AND d.allowed = 1 AND m.home_of IN ('u-stranger', 'u-unheard-of')";
    assert_eq!(database.number(homes).await, 2);
    assert_eq!(database.number("SELECT count(*) FROM decisions").await, 2);
    // Somebody who is on record already keeps the pseudonym.
    assert_eq!(scene.api.activate(MEMBER, FREE, "f0").await.status, 403);
    super::records(database, 3).await;
    assert_eq!(scene.api.get(MEMBER, "/api/store/mandates").await.status, 200);
    assert_eq!(database.number("SELECT count(*) FROM decisions").await, 4);
    assert_eq!(database.number("SELECT count(DISTINCT who) FROM decisions").await, 3);
}

async fn what_fails_leaves_no_decision(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    // A quote that does not serve: the rules allow, and nothing is changed.
    let body = json!({"featureCode": "f0", "mandateId": PAID, "quoteId": "none"});
    assert_eq!(scene.api.post(ADMIN, "/api/store/activate", &body).await.status, 412);
    // What is only asked is not written either.
    let reads =
        ["/api/store/preflight?mandateId=m-paid", "/api/store/features", "/api/store/instances?mandateId=m-paid"];
    for path in reads {
        let reply = scene.api.send(Method::GET, path, Some(&tokens::of(ADMIN)), &[], None).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    assert_eq!(database.number("SELECT count(*) FROM decisions").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM changes").await, 0);
}
