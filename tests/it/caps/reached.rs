//! What a limit stops: what is added, one by one, together and in parallel; never what ends.

use futures::future::join_all;
use serde_json::json;

use super::set;
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, CROWD, FEATURES, FREE, OPEN},
};

on_both_engines!(
    instances_stop_at_the_limit,
    money_stops_at_the_limit,
    a_free_plan_is_not_stopped_by_money,
    what_is_wished_together_counts_together,
    parallel_activations_never_pass_it,
);

async fn instances_stop_at_the_limit(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    set(&scene, ADMIN, OPEN, Some(1), None).await;
    let first = scene.api.activate(ADMIN, OPEN, "f0").await;
    assert_eq!(first.status, 200, "{}", first.text);
    let refused = scene.api.activate(ADMIN, OPEN, "f1").await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert_eq!(refused.json()["reasons"][0]["code"], "instance-cap-reached");
    assert_eq!(refused.json()["reasons"][0]["params"], json!({"limit": 1, "used": 1, "adding": 1}));
    assert_eq!(scene.api.counted(ADMIN, OPEN).await, 1);
    // What ends makes room, is not stopped itself, and comes back only where there is room.
    let id = first.json()["instanceId"].as_str().unwrap().to_owned();
    set(&scene, ADMIN, OPEN, Some(0), None).await;
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &id).await.status, 200);
    scene.settled(OPEN).await;
    let refused = scene.api.restore(ADMIN, OPEN, &id).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "instance-cap-reached"), "{}", refused.text);
    set(&scene, ADMIN, OPEN, None, None).await;
    assert_eq!(scene.api.restore(ADMIN, OPEN, &id).await.status, 200);
}

async fn money_stops_at_the_limit(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    set(&scene, ADMIN, OPEN, None, Some(17_999)).await;
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f0").await.status, 200);
    let refused = scene.api.activate(ADMIN, OPEN, "f1").await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert_eq!(refused.json()["reasons"][0]["code"], "spending-cap-reached");
    let params = json!({"limit": 17_999, "currency": "CHF", "after": 18_000});
    assert_eq!(refused.json()["reasons"][0]["params"], params);
    set(&scene, ADMIN, OPEN, None, Some(18_000)).await;
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f1").await.status, 200);
}

async fn a_free_plan_is_not_stopped_by_money(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    set(&scene, ADMIN, FREE, None, Some(0)).await;
    assert_eq!(scene.api.activate(ADMIN, FREE, "f0").await.status, 200);
}

async fn what_is_wished_together_counts_together(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    set(&scene, ADMIN, OPEN, Some(1), None).await;
    let wish = |features: &[&str]| json!({"mandateId": OPEN, "activate": features, "deactivate": []});
    let refused = scene.api.post(ADMIN, "/api/store/changes", &wish(&["f0", "f1"])).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "instance-cap-reached"), "{}", refused.text);
    assert_eq!(scene.api.counted(ADMIN, OPEN).await, 0);
    let done = scene.api.post(ADMIN, "/api/store/changes", &wish(&["f0"])).await;
    assert_eq!(done.status, 200, "{}", done.text);
}

async fn parallel_activations_never_pass_it(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    set(&scene, ADMIN, OPEN, Some(3), None).await;
    let people: Vec<String> = (0..CROWD).map(|n| format!("u-a{n}")).collect();
    let replies =
        join_all(people.iter().zip(FEATURES).map(|(person, feature)| scene.api.activate(person, OPEN, feature))).await;
    let (done, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(done.len(), 3, "{replies:?}");
    assert!(refused.iter().all(|reply| reply.status == 403 && reply.code() == "instance-cap-reached"), "{replies:?}");
    scene.settled(OPEN).await;
    assert_eq!((scene.api.counted(ADMIN, OPEN).await, scene.billed(OPEN)), (3, 3));
}
