//! Who is told what, in which words, and that asking changes nothing.

use reqwest::Method;
use serde_json::{Value, json};

use super::{about, codes, decisions, preflight, told};
use crate::{
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    scene::Scene,
    tokens,
    world::{ADMIN, CLOSED, DISABLED, FEATURES, FREE, LAPSED, MEMBER, OPEN, OTHER, PAID, STRANGER},
};

on_both_engines!(admins_are_told_everything, members_are_told_decisions_only, strangers_are_told_nothing);

async fn instance(scene: &Scene, user: &str, mandate: &str, feature: &str) -> String {
    let reply = scene.api.activate(user, mandate, feature).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["instanceId"].as_str().expect("an id").to_owned()
}

async fn admins_are_told_everything(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let mine = instance(&scene, ADMIN, PAID, "f0").await;
    let theirs = instance(&scene, "u-a0", PAID, "f1").await;
    let gone = instance(&scene, ADMIN, PAID, "f2").await;
    scene.api.deactivate(ADMIN, PAID, "f2", &gone).await;
    scene.settled(PAID).await;
    let before = scene.setup.export();

    let answer = told(&scene, ADMIN, PAID).await;
    assert_eq!((&answer["mandateId"], &answer["isAdmin"]), (&json!(PAID), &json!(true)));
    let activate = decisions(&answer, "activate");
    let offered: Vec<&str> = activate.iter().map(|entry| entry["featureCode"].as_str().expect("a code")).collect();
    assert_eq!(offered, [FEATURES.as_slice(), &["noadmin"]].concat());
    for entry in activate {
        let feature = entry["featureCode"].as_str().expect("a code");
        assert_eq!(entry["allowed"], feature != "noadmin", "{entry}");
        assert_eq!(codes(entry), if feature == "noadmin" { vec!["feature-misconfigured"] } else { vec![] }, "{entry}");
    }
    let deactivate: Vec<Value> = decisions(&answer, "deactivate")
        .iter()
        .map(|entry| {
            json!([entry["scope"], entry["instanceId"], entry["allowed"], entry["endsInstance"], entry["pending"]])
        })
        .collect();
    assert_eq!(
        deactivate,
        [
            json!(["mine", mine, true, true, false]),
            json!(["mandate", mine, true, true, false]),
            json!(["mandate", theirs, true, true, false]),
        ]
    );
    let [restore] = decisions(&answer, "restore") else { panic!("one can come back: {answer}") };
    assert_eq!((&restore["instanceId"], &restore["featureCode"]), (&json!(gone), &json!("f2")));
    assert_eq!(restore["allowed"], true);

    let facts = &answer["facts"];
    assert_eq!((&facts["billingConnected"], &facts["billingPaused"]), (&json!(true), &json!(false)));
    assert_eq!((&facts["mandate"]["counted"], &facts["settings"]["currency"]), (&json!(2), &json!("CHF")));
    let features: Vec<&Value> =
        facts["features"].as_array().expect("features").iter().map(|one| &one["featureCode"]).collect();
    assert_eq!(features, offered);
    let instances = facts["instances"].as_array().expect("instances");
    assert_eq!(instances.iter().map(|one| &one["hasAccess"]).collect::<Vec<_>>(), [true, false]);
    assert_eq!(
        instances[0]["facts"],
        json!({"featureCode": "f0", "mandateId": PAID, "state": "active", "accesses": 1})
    );
    let ended = &facts["ended"][0];
    assert_eq!((&ended["instanceId"], &ended["featureCode"]), (&json!(gone), &json!("f2")));
    let until =
        ended["endedAt"].as_i64().expect("an instant") + facts["settings"]["restoreWindow"].as_i64().expect("ms");
    assert_eq!(
        answer["validUntil"],
        jiff::Timestamp::from_millisecond(until).map(|at| format!("{at:.3}")).expect("an instant")
    );
    assert!(facts.get("now").is_none() && facts["mandate"].get("now").is_none(), "{facts}");
    // The time is told with milliseconds, whatever they are.
    let time = answer["serverTime"].as_str().expect("a time");
    assert_eq!((time.len(), &time[19..20]), (24, "."), "{time}");
    assert_eq!(scene.setup.export(), before);
}

async fn members_are_told_decisions_only(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let admins = instance(&scene, ADMIN, PAID, "f0").await;
    let shared = instance(&scene, ADMIN, PAID, "f1").await;
    database
        .execute(&format!(
            "INSERT INTO accesses (id, user_id, instance_id) VALUES ('a-member', '{MEMBER}', '{shared}')"
        ))
        .await;
    let gone = instance(&scene, ADMIN, PAID, "f2").await;
    scene.api.deactivate(ADMIN, PAID, "f2", &gone).await;
    let answer = told(&scene, MEMBER, PAID).await;
    assert_eq!((&answer["isAdmin"], answer.get("facts"), &answer["validUntil"]), (&json!(false), None, &Value::Null));
    for entry in decisions(&answer, "activate") {
        assert_eq!((&entry["allowed"], codes(entry)), (&json!(false), vec!["not-admin"]), "{entry}");
    }
    let [own] = decisions(&answer, "deactivate") else { panic!("one instance is the member's: {answer}") };
    assert_eq!(
        (&own["instanceId"], &own["scope"], &own["allowed"], &own["endsInstance"]),
        (&json!(shared), &json!("mine"), &json!(true), &json!(false))
    );
    assert!(decisions(&answer, "restore").is_empty());
    for id in [&admins, &gone] {
        assert!(!answer.to_string().contains(id.as_str()), "{answer}");
    }
    // What admins do that no answer to the member depends on is not told by the digest either.
    scene.settled(PAID).await;
    let version = told(&scene, MEMBER, PAID).await["factsVersion"].clone();
    instance(&scene, ADMIN, PAID, "f3").await;
    assert_eq!(told(&scene, MEMBER, PAID).await["factsVersion"], version);
}

async fn strangers_are_told_nothing(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for (user, mandate) in [(STRANGER, PAID), (DISABLED, PAID), (ADMIN, OTHER), (ADMIN, "m-none")] {
        let reply = preflight(&scene, user, mandate).await;
        assert_eq!((reply.status, reply.code().as_str()), (404, "mandate-not-found"), "{user} {mandate}");
        assert_eq!(reply.header("etag"), "", "{user} {mandate}");
    }
    let reply = scene.api.get(ADMIN, "/api/store/preflight").await;
    assert_eq!((reply.status, reply.json()["pointer"].clone()), (422, json!("/mandateId")));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_in_the_callers_words() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    for (mandate, expected) in
        [(CLOSED, vec!["mandate-closed"]), (LAPSED, vec!["no-subscription"]), (FREE, vec![]), (OPEN, vec![])]
    {
        let answer = told(&scene, ADMIN, mandate).await;
        assert_eq!(codes(about(decisions(&answer, "activate"), "f0")), expected, "{mandate}");
    }
    let mut details = Vec::new();
    for language in ["de", "fr", "it", "en"] {
        let headers = [("accept-language", language)];
        let path = format!("/api/store/preflight?mandateId={LAPSED}");
        let reply = scene.api.send(Method::GET, &path, Some(&tokens::of(ADMIN)), &headers, None).await;
        let answer = reply.json();
        let reason = about(decisions(&answer, "activate"), "f0")["reasons"][0].clone();
        // Word for word what a refused activation says.
        let body = Some(json!({"featureCode": "f0", "mandateId": LAPSED}).to_string().into_bytes());
        let refused =
            scene.api.send(Method::POST, "/api/store/activate", Some(&tokens::of(ADMIN)), &headers, body).await.json();
        assert_eq!(reason, refused["reasons"][0], "{language}");
        details.push(reason["detail"].to_string());
    }
    details.sort();
    details.dedup();
    assert_eq!(details.len(), 4, "{details:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_a_change_under_way_ends_is_pending() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let instance = instance(&scene, ADMIN, OPEN, "f0").await;
    scene.settled(OPEN).await;
    database.execute("UPDATE instances SET ending_by_change = 'c-batch'").await;
    let answer = told(&scene, ADMIN, OPEN).await;
    assert!(decisions(&answer, "deactivate").iter().all(|entry| entry["pending"] == true), "{answer}");
    assert_eq!(answer["facts"]["instances"][0]["pending"], true);
    let reply = scene.api.deactivate(ADMIN, OPEN, "f0", &instance).await;
    assert_eq!((reply.status, reply.code().as_str()), (409, "change-pending"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_mandates_are_told_everything_too() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let count = 1_100;
    database
        .execute(&format!(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count}) \
             INSERT INTO instances (id, mandate_id, feature_code, state) SELECT 'i-' || n, '{OPEN}', 'f0', 'active' FROM n; \
             INSERT INTO accesses (id, user_id, instance_id) SELECT 'a-' || id, '{ADMIN}', id FROM instances"
        ))
        .await;
    let answer = told(&scene, ADMIN, OPEN).await;
    let told: Vec<(&str, &str)> = decisions(&answer, "deactivate")
        .iter()
        .map(|entry| (entry["scope"].as_str().expect("a scope"), entry["instanceId"].as_str().expect("an id")))
        .collect();
    let expected: Vec<String> = (1..=count).map(|n| format!("i-{n}")).collect();
    let of = |scope: &'static str| expected.iter().map(move |id| (scope, id.as_str()));
    assert_eq!(told, of("mine").chain(of("mandate")).collect::<Vec<_>>());
    assert!(decisions(&answer, "deactivate").iter().all(|entry| entry["allowed"] == true));
}
