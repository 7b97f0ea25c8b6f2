//! Home mandates: one per user, ever, however many visits come at once.

use futures::future::join_all;
use serde_json::json;

use super::on_both_engines;
use crate::{
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, STRANGER},
};

on_both_engines!(
    parallel_first_visits_make_one_home_mandate,
    a_home_mandate_is_had_once_ever,
    an_admin_gets_no_home_mandate,
);

async fn parallel_first_visits_make_one_home_mandate(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for round in 0..10 {
        let newcomer = format!("u-new-{round}");
        let replies = join_all((0..12).map(|_| scene.api.get(&newcomer, "/api/store/mandates"))).await;
        for reply in &replies {
            assert_eq!(reply.status, 200, "{}", reply.text);
            assert_eq!(reply.text, replies[0].text, "everyone sees the same one");
        }
        let listed = replies[0].json();
        assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
        assert_eq!(listed[0]["name"], json!(format!("Home name-{newcomer}")));
    }
    let exported = scene.setup.export();
    let homes = exported["mandates"].as_array().unwrap().iter().filter(|one| !one["homeOf"].is_null()).count();
    assert_eq!(homes, 10);
}

async fn a_home_mandate_is_had_once_ever(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let home = scene.api.get(STRANGER, "/api/store/mandates").await.json()[0]["id"].as_str().unwrap().to_owned();
    let info = scene.api.get(STRANGER, &format!("/api/store/subscription-info?mandateId={home}")).await.json();
    assert_eq!((&info["plan"], &info["status"]), (&json!("TRIAL_7D"), &json!("TRIALING")));
    assert!(info["trialEndsAt"].as_str().unwrap().ends_with('Z'), "{info}");
    // The membership is switched off: the user administers nothing any more, and still gets no second trial.
    let mut exported = scene.setup.export();
    for membership in exported["memberships"].as_array_mut().unwrap() {
        if membership["mandateId"] == json!(home) {
            membership["enabled"] = json!(false);
        }
    }
    scene.setup.import(&exported);
    assert_eq!(scene.api.get(STRANGER, "/api/store/mandates").await.json(), json!([]));
}

async fn an_admin_gets_no_home_mandate(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let listed = scene.api.get(ADMIN, "/api/store/mandates").await.json();
    let names: Vec<&str> = listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(!names.iter().any(|name| name.starts_with("Home ")), "{names:?}");
    assert!(!names.contains(&"name of m-system"), "{names:?}");
}
