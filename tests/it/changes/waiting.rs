//! While billing has not answered: nothing of a batch has happened, nobody else can end what it ends, and afterwards it is
//! all of it or nothing, also across a crash.

use std::time::Duration;

use serde_json::json;
use stripe_sim::{Action, Fault, Stage};

use super::{PATH, change, instance, states, steps, wish};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, OPEN},
};

on_both_engines!(
    until_then_everything_is_as_it_was,
    a_repeat_joins,
    given_up_before_anything_was_sent,
    a_crash_in_between,
    a_reserved_instance_of_a_batch_is_withdrawn,
);

async fn scene(database: &TestDatabase) -> Scene {
    Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "1s").with("TURNPIKE_LEDGER_LEASE", "3s")).await
}

/// Holds the next update at the simulator.
fn hold(scene: &Scene) {
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions/", Action::Hold { at: Stage::Before }));
}

async fn is_active(scene: &Scene, id: &str) -> bool {
    let features = scene.api.get(ADMIN, &format!("/api/store/features?mandateId={OPEN}")).await.json();
    let features = features.as_array().expect("features").clone();
    let mut instances = features.iter().flat_map(|feature| feature["instances"].as_array().expect("a list"));
    instances.any(|instance| instance["instanceId"] == id && instance["isActive"] == true)
}

async fn until_then_everything_is_as_it_was(database: &TestDatabase) {
    let scene = scene(database).await;
    let old = instance(&scene, OPEN, "f0").await;
    hold(&scene);
    let reply = change(&scene, OPEN, &["f1"], &[&old]).await;
    assert_eq!((reply.status, &reply.json()["done"]), (202, &json!(false)), "{}", reply.text);
    let location = reply.header("location").to_owned();
    assert_eq!(scene.api.get(ADMIN, &location).await.json()["state"], "billing");
    assert_eq!(states(&scene, OPEN).await, ["active", "reserved"]);
    assert!(is_active(&scene, &old).await);
    // Whoever wants to end it as well has to wait.
    let second = scene.api.deactivate(ADMIN, OPEN, "f0", &old).await;
    assert_eq!((second.status, second.code().as_str()), (409, "change-pending"));
    for path in [PATH, "/api/store/quote"] {
        let other = scene.api.post(ADMIN, path, &wish(OPEN, &["f2"], &[&old])).await;
        assert_eq!((other.status, other.code().as_str()), (409, "change-pending"), "{path}");
    }
    scene.sim.release();
    eventually("the batch is done", || async { scene.api.get(ADMIN, &location).await.json()["state"] == "done" }).await;
    assert!(!is_active(&scene, &old).await);
    assert_eq!(states(&scene, OPEN).await, ["active", "ended"]);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 1);
}

async fn a_repeat_joins(database: &TestDatabase) {
    let scene = scene(database).await;
    let old = instance(&scene, OPEN, "f0").await;
    hold(&scene);
    let first = change(&scene, OPEN, &["f1", "f2"], &[&old]).await;
    let second = change(&scene, OPEN, &["f2", "f1"], &[&old]).await;
    assert_eq!((first.status, second.status), (202, 202));
    assert_eq!(first.json()["changes"][0]["batchId"], second.json()["changes"][0]["batchId"]);
    scene.sim.release();
    scene.settled(OPEN).await;
    assert_eq!(steps(&scene), [(0, 1), (1, 2)]);
}

async fn given_up_before_anything_was_sent(database: &TestDatabase) {
    let scene = scene(database).await;
    let old = instance(&scene, OPEN, "f0").await;
    let before = scene.setup.export();
    scene.sim.stop().await;
    let reply = scene.api.post_keyed(ADMIN, PATH, "k", &wish(OPEN, &["f1", "f2"], &[&old])).await;
    assert_eq!((reply.status, reply.code().as_str()), (503, "billing-unavailable"), "{}", reply.text);
    assert_eq!(scene.setup.export(), before);
    assert_eq!(states(&scene, OPEN).await, ["active"]);
    assert_eq!(database.number("SELECT count(*) FROM changes WHERE state = 'cancelled'").await, 3);
    assert_eq!(database.number("SELECT count(*) FROM instances WHERE ending_by_change IS NOT NULL").await, 0);
    scene.sim.restart().await.expect("back");
    let reply = scene.api.post_keyed(ADMIN, PATH, "k", &wish(OPEN, &["f1", "f2"], &[&old])).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 2);
}

async fn a_crash_in_between(database: &TestDatabase) {
    let mut scene = scene(database).await;
    let old = instance(&scene, OPEN, "f0").await;
    hold(&scene);
    let reply = change(&scene, OPEN, &["f1", "f2"], &[&old]).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    scene.host.kill();
    scene.sim.release();
    scene.restart();
    scene.settled(OPEN).await;
    assert_eq!(states(&scene, OPEN).await, ["active", "active", "ended"]);
    assert_eq!(steps(&scene), [(0, 1), (1, 2)]);
}

async fn a_reserved_instance_of_a_batch_is_withdrawn(database: &TestDatabase) {
    let scene = scene(database).await;
    let old = instance(&scene, OPEN, "f0").await;
    hold(&scene);
    let reply = change(&scene, OPEN, &["f1", "f2"], &[&old]).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    let reserved = reply.json()["changes"][0]["instanceId"].as_str().expect("an id").to_owned();
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f1", &reserved).await.status, 200);
    assert!(scene.sim.wait_until(Duration::from_secs(10), |sim| sim.held() == 1).await);
    scene.sim.release();
    scene.settled(OPEN).await;
    // All of the batch was done, and then the withdrawn one left the bill again.
    assert_eq!(steps(&scene), [(0, 1), (1, 2), (2, 1)]);
    assert_eq!(scene.billed(OPEN), 1);
}
