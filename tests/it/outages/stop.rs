//! A host that is asked to stop while an activation waits: it ends in time and in good order, and the next host goes on.

use std::time::{Duration, Instant};

use serde_json::json;
use stripe_sim::{Action, Fault, Stage};
use tokio::task::block_in_place;

use crate::{
    crashes::look,
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, PAID},
};

on_both_engines!(a_stopped_host_ends_in_time_and_the_next_one_resolves, a_stopping_host_still_answers_what_it_took,);

async fn a_stopped_host_ends_in_time_and_the_next_one_resolves(database: &TestDatabase) {
    let mut scene = waiting(database, "1s").await;
    let caller = spawned(&scene);
    assert!(scene.sim.wait_until(Duration::from_secs(30), |sim| sim.held() == 1).await);
    let begun = Instant::now();
    let code = block_in_place(|| scene.host.terminate());
    assert_eq!(code, Some(0), "{}", scene.host.log());
    // Once for requests, once for what they set off, and what a busy machine needs.
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    caller.abort();
    assert!(!scene.host.log().contains("panicked"), "{}", scene.host.log());
    scene.sim.release();
    scene.restart();
    let found = look(&scene, database).await;
    assert_eq!((found.active, found.billed), (1, 1));
    assert_eq!(scene.sim.ledger().quantity_changes.len(), 1, "once");
}

async fn a_stopping_host_still_answers_what_it_took(database: &TestDatabase) {
    let mut scene = waiting(database, "20s").await;
    let caller = spawned(&scene);
    assert!(scene.sim.wait_until(Duration::from_secs(30), |sim| sim.held() == 1).await);
    scene.host.ask_to_end();
    eventually("it takes nothing new", || async { scene.host.log().contains("draining") }).await;
    scene.sim.release();
    let reply = caller.await.expect("an answer");
    let code = block_in_place(|| scene.host.ended());
    assert_eq!(code, Some(0));
    assert_eq!((reply.status, reply.json()["activated"].clone()), (200, json!(true)), "{}", reply.text);
}

/// A scene in which Stripe keeps the next update waiting.
async fn waiting(database: &TestDatabase, shutdown: &str) -> Scene {
    let settings = |setup: crate::host::Setup| {
        setup.with("TURNPIKE_SHUTDOWN_TIMEOUT", shutdown).with("TURNPIKE_LEDGER_LEASE", "2s")
    };
    let scene = Scene::with(database, settings).await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    scene
}

fn spawned(scene: &Scene) -> tokio::task::JoinHandle<crate::api::Reply> {
    let api = scene.api.clone();
    tokio::spawn(async move { api.activate(ADMIN, PAID, "f0").await })
}
