//! The connection to the database breaks at the commit of a change: what the caller is told is true, whatever became of it.

use std::cell::RefCell;

use serde_json::json;

use super::proxy::{CutAt, Proxy, Way};
use crate::{
    api::Api,
    crashes::Lock,
    engines::{TestDatabase, postgres},
    host::Setup,
    scene::{Scene, eventually, simulator},
    world::{ADMIN, FREE, PAID},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_never_arrives() {
    every_change(CutAt::Request).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost() {
    every_change(CutAt::Answer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_arrives_after_its_connection_broke() {
    every_change(CutAt::Late).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_the_database_is_gone_with() {
    every_change(CutAt::Gone).await;
}

async fn every_change(at: CutAt) {
    let database = postgres().await;
    let sim = simulator().await;
    let (mut proxy, url) = Proxy::before(&database.url).await;
    // Nobody but the requests talks to the database, unless somebody waits.
    let setup = Setup::new(&url)
        .billing(&sim.url())
        .with("TURNPIKE_DATABASE_TIMEOUT", "1s")
        .with("TURNPIKE_LEDGER_LEASE", "1s")
        .with("TURNPIKE_BILLING_WAIT", "3s")
        .with_world();
    let host = setup.serve();
    let api = Api::new(&host.url);
    let scene = Scene { sim, setup, host, api };
    // The quantity is known from here on, so that each change below is one transaction.
    assert_eq!(scene.api.activate(ADMIN, PAID, "f11").await.status, 200);
    for (mandate, before) in [(FREE, 0), (PAID, 1)] {
        let body = json!({"featureCode": "f0", "mandateId": mandate});
        let case = format!("{at:?}-{mandate}");
        let instance =
            interrupted(&mut proxy, &scene, &database, ("/api/store/activate", &body, &case, at), (before, before + 1))
                .await;
        let body = json!({"featureCode": "f0", "mandateId": mandate, "instanceId": instance});
        interrupted(&mut proxy, &scene, &database, ("/api/store/deactivate", &body, &case, at), (before + 1, before))
            .await;
    }
    scene.settled(PAID).await;
    assert!(!scene.host.log().contains("panicked"), "{}", scene.host.log());
}

/// Makes a request whose commit is cut, holds what was answered against what there is, and repeats it under its key.
async fn interrupted(
    proxy: &mut Proxy,
    scene: &Scene,
    database: &TestDatabase,
    (path, body, case, at): (&str, &serde_json::Value, &str, CutAt),
    (before, after): (i64, i64),
) -> String {
    let mandate = body["mandateId"].as_str().unwrap();
    let living = format!("SELECT count(*) FROM instances WHERE mandate_id = '{mandate}'");
    let post = || scene.api.post_keyed(ADMIN, path, case, body);
    proxy.cut_commit(at);
    let first = post().await;
    assert!(proxy.was_cut(), "{case}{path}: nothing was cut");
    proxy.set(Way::Open).await;
    // Whatever is left of the transaction has ended when the mandate can be locked.
    Lock::of_mandates(database).await.release().await;
    let found = database.number(&living).await;
    match first.status {
        200 => assert_eq!(found, after, "{case}{path}: 200 says that it is done: {}", first.text),
        503 => assert_eq!(found, before, "{case}{path}: 503 says that nothing happens: {}", first.text),
        // It may or may not happen.
        202 | 504 => {}
        _ => panic!("{case}{path}: {} {}", first.status, first.text),
    }
    let answer = RefCell::new(String::new());
    eventually("the repeat is answered", || async {
        let reply = post().await;
        assert!([200, 202, 409, 503].contains(&reply.status), "{case}{path}: {} {}", reply.status, reply.text);
        answer.replace(reply.json()["instanceId"].as_str().unwrap_or_default().to_owned());
        reply.status == 200
    })
    .await;
    assert_eq!(database.number(&living).await, after, "{case}{path}");
    answer.take()
}
