//! More than one change is under way when the host dies, or more than one host dies: all of it comes to its end.

use std::time::Duration;

use serde_json::json;
use stripe_sim::{Action, Fault, Stage};

use super::{
    look::{Found, look},
    wish::Wish,
};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::{Scene, eventually},
    world::{ADMIN, PAID},
};

on_both_engines!(
    killed_with_more_waiting_in_the_queue,
    killed_after_a_reserved_instance_was_given_up,
    killed_while_the_quantity_is_read_for_the_first_time,
    killed_again_and_again_while_resolving,
);

/// One activation is under way, another one and an end wait behind it.
async fn killed_with_more_waiting_in_the_queue(database: &TestDatabase) {
    let mut scene = scene(database).await;
    let kept = scene.api.activate(ADMIN, PAID, "f11").await.json()["instanceId"].as_str().unwrap().to_owned();
    hold(&scene, "POST", Stage::Before);
    let calls: Vec<_> = [
        ("u-a0", "/api/store/activate", json!({"featureCode": "f0", "mandateId": PAID})),
        ("u-a1", "/api/store/activate", json!({"featureCode": "f1", "mandateId": PAID})),
        (ADMIN, "/api/store/deactivate", json!({"featureCode": "f11", "mandateId": PAID, "instanceId": kept})),
    ]
    .into_iter()
    .map(|(user, path, body)| {
        let api = scene.api.clone();
        tokio::spawn(async move { api.post(user, path, &body).await })
    })
    .collect();
    held(&scene).await;
    eventually("all of it is written", || async {
        database.number("SELECT count(*) FROM changes WHERE state IN ('queued', 'billing')").await == 3
    })
    .await;
    calls.iter().for_each(tokio::task::JoinHandle::abort);
    scene.host.kill();
    scene.sim.release();
    scene.restart();
    assert_eq!(look(&scene, database).await, Found { active: 2, billed: 2 });
    // Whatever came first: one step for each operation, and each only once.
    let changes = scene.sim.ledger().quantity_changes;
    assert!(changes.windows(2).all(|pair| pair[0].to == pair[1].from), "{changes:?}");
    let keys: std::collections::BTreeSet<_> = changes.iter().map(|change| &change.origin.idempotency_key).collect();
    assert_eq!(keys.len(), changes.len(), "{changes:?}");
}

/// The caller changes their mind while billing is asked: what is confirmed nevertheless is given back.
async fn killed_after_a_reserved_instance_was_given_up(database: &TestDatabase) {
    let mut scene = scene(database).await;
    assert_eq!(scene.api.activate(ADMIN, PAID, "f11").await.status, 200);
    hold(&scene, "POST", Stage::Before);
    let call = tokio::spawn({
        let api = scene.api.clone();
        async move { api.activate(ADMIN, PAID, "f0").await }
    });
    held(&scene).await;
    let states = scene.api.states(ADMIN, PAID).await;
    let (reserved, _) = states.iter().find(|(_, state)| state == "reserved").expect("a reserved instance");
    let given_up = scene.api.deactivate(ADMIN, PAID, "f0", reserved).await;
    assert_eq!(given_up.status, 200, "{}", given_up.text);
    call.abort();
    scene.host.kill();
    scene.sim.release();
    scene.restart();
    eventually("it is given back", || async {
        scene.sim.ledger().quantity_changes.iter().map(|change| change.to).eq([1, 2, 1])
    })
    .await;
    assert_eq!(look(&scene, database).await, Found { active: 1, billed: 1 });
}

/// Nothing is known of the subscription yet, and nothing was changed.
async fn killed_while_the_quantity_is_read_for_the_first_time(database: &TestDatabase) {
    let mut scene = scene(database).await;
    hold(&scene, "GET", Stage::After);
    let call = tokio::spawn({
        let api = scene.api.clone();
        async move { api.activate(ADMIN, PAID, "f0").await }
    });
    held(&scene).await;
    call.abort();
    scene.host.kill();
    scene.sim.release();
    scene.restart();
    eventually("it goes on", || async { scene.sim.ledger().quantity_changes.len() == 1 }).await;
    assert_eq!(look(&scene, database).await, Found { active: 1, billed: 1 });
}

async fn killed_again_and_again_while_resolving(database: &TestDatabase) {
    let mut scene = scene(database).await;
    let request = Wish::Activate.prepare(&scene).await;
    for _ in 0..3 {
        hold(&scene, "POST", Stage::After);
    }
    let call = tokio::spawn({
        let (request, api) = (request.clone(), scene.api.clone());
        async move { request.make(&api).await }
    });
    for kills in 1..=3 {
        let arrived = scene.sim.wait_until(Duration::from_secs(30), |sim| sim.held() == kills).await;
        assert!(arrived, "{}", scene.host.log());
        call.abort();
        scene.restart();
    }
    scene.sim.release();
    assert_eq!(look(&scene, database).await, Found { active: 2, billed: 2 });
    request.assert_done(&request.make(&scene.api).await);
    assert!(scene.sim.ledger().quantity_changes.iter().map(|change| change.to).eq([1, 2]), "each once");
}

async fn scene(database: &TestDatabase) -> Scene {
    Scene::with(database, |setup: Setup| setup.with("TURNPIKE_LEDGER_LEASE", "2s")).await
}

fn hold(scene: &Scene, method: &str, at: Stage) {
    scene.sim.fault(Fault::once(method, "/v1/subscriptions", Action::Hold { at }));
}

async fn held(scene: &Scene) {
    let held = scene.sim.wait_until(Duration::from_secs(30), |sim| sim.held() == 1).await;
    assert!(held, "no request was held: {}", scene.host.log());
}
