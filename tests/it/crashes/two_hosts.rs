//! Two hosts on one PostgreSQL: one dies or stands still while it holds an operation, the other resolves it.

use std::time::Duration;

use stripe_sim::{Action, Fault, Stage};

use super::{
    look::look,
    wish::{Request, Wish},
};
use crate::{
    api::{Api, Reply},
    engines::{TestDatabase, postgres},
    host::Setup,
    scene::Scene,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_other_host_resolves_what_a_killed_one_holds() {
    for wish in Wish::ALL {
        let database = postgres().await;
        let (mut scene, request) = held(&database, wish, Stage::Before).await;
        let (other, api) = scene.another_host();
        let lost = spawned(&request, &scene.api);
        arrived(&scene).await;
        lost.abort();
        scene.host.kill();
        scene.sim.release();
        (scene.host, scene.api) = (other, api);
        done_once(&scene, &database, &request).await;
    }
}

/// The worst case for a lease: the host is alive, does nothing for longer than its lease, and then goes on where it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_stood_still_does_no_harm_when_it_goes_on() {
    for at in [Stage::Arrival, Stage::After] {
        let database = postgres().await;
        let (mut scene, request) = held(&database, Wish::Activate, at).await;
        let (other, api) = scene.another_host();
        let waiting = spawned(&request, &scene.api);
        arrived(&scene).await;
        scene.host.pause();
        if at == Stage::After {
            // The answer waits for a host that does not read it.
            scene.sim.release();
        }
        let mut still = std::mem::replace(&mut scene.host, other);
        scene.api = api;
        look(&scene, &database).await;
        scene.sim.release();
        still.resume();
        let late = waiting.await.expect("an answer");
        request.assert_done(&late);
        done_once(&scene, &database, &request).await;
        assert!(!still.log().contains("panicked"), "{}", still.log());
        still.kill();
    }
}

async fn held(database: &TestDatabase, wish: Wish, at: Stage) -> (Scene, Request) {
    let settings = |setup: Setup| setup.with("TURNPIKE_LEDGER_LEASE", "2s").with("TURNPIKE_BILLING_WAIT", "20s");
    let scene = Scene::with(database, settings).await;
    let request = wish.prepare(&scene).await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at }));
    (scene, request)
}

fn spawned(request: &Request, api: &Api) -> tokio::task::JoinHandle<Reply> {
    let (request, api) = (request.clone(), api.clone());
    tokio::spawn(async move { request.make(&api).await })
}

async fn arrived(scene: &Scene) {
    let arrived = scene.sim.wait_until(Duration::from_secs(30), |sim| sim.held() == 1).await;
    assert!(arrived, "no request was held: {}", scene.host.log());
}

async fn done_once(scene: &Scene, database: &TestDatabase, request: &Request) {
    let wanted = request.wish.billed_afterwards();
    let found = look(scene, database).await;
    assert_eq!((found.active, found.billed), (wanted.cast_signed(), wanted.cast_signed()));
    request.assert_done(&request.make(&scene.api).await);
    let set: Vec<u64> = scene.sim.ledger().quantity_changes.iter().map(|change| change.to).collect();
    assert_eq!(set, [&*request.quantities, &[wanted]].concat());
}
