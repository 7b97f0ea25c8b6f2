//! The database is gone, silent or locked: 503 in time, the process lives on, and service again when it is back.

use std::time::{Duration, Instant};

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::proxy::{Proxy, Way};
use crate::{
    api::{Api, Reply},
    crashes::{Lock, look},
    done_right::on_both_engines,
    engines::{TestDatabase, postgres},
    host::Setup,
    scene::{Scene, eventually, simulator},
    tokens,
    world::{ADMIN, FREE, MEMBER, PAID},
};

/// What the host is told.
const TIMEOUT: &str = "1s";
/// That, a quarter more for an engine that says nothing at all, and what a busy machine needs.
const IN_TIME: Duration = Duration::from_millis(3500);

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_or_silent_is_503_until_it_is_back() {
    for way in [Way::Gone, Way::Stalled] {
        let database = postgres().await;
        let (mut proxy, scene) = behind_a_proxy(&database).await;
        let kept = scene.api.activate(ADMIN, FREE, "f0").await.json()["instanceId"].as_str().unwrap().to_owned();
        for outage in 0..2 {
            proxy.set(way).await;
            let asked = [
                ("/api/store/features", None),
                ("/api/store/mandates", None),
                ("/api/store/subscription-info", None),
                ("/api/store/activate", Some(json!({"featureCode": "f1", "mandateId": FREE}))),
                ("/api/store/activate", Some(json!({"featureCode": "f1", "mandateId": PAID}))),
                ("/api/store/deactivate", Some(json!({"featureCode": "f0", "mandateId": FREE, "instanceId": kept}))),
                ("/api/store/restore", Some(json!({"mandateId": FREE, "instanceId": kept}))),
                ("/readyz", None),
            ];
            let answers = join_all(asked.iter().map(|(path, body)| timed(&scene.api, path, body.as_ref()))).await;
            for ((path, _), (reply, took)) in asked.iter().zip(&answers) {
                assert_unavailable(&format!("{way:?} {outage} {path}"), reply, *took);
            }
            let (alive, took) = timed(&scene.api, "/livez", None).await;
            assert_eq!(alive.status, 200, "{way:?}");
            assert!(took < Duration::from_secs(1), "{way:?}: {took:?}");

            proxy.set(Way::Open).await;
            eventually("it is ready again", || async { timed(&scene.api, "/readyz", None).await.0.status == 200 })
                .await;
            eventually("it reads again", || async { scene.api.get(MEMBER, "/api/store/features").await.status == 200 })
                .await;
            assert_eq!(scene.api.counted(ADMIN, FREE).await, 1, "nothing of it happened");
        }
        // Billed changes go through again too: the runner recovered with the rest.
        assert_eq!(scene.api.activate(ADMIN, PAID, "f1").await.status, 200);
        scene.settled(PAID).await;
        assert!(!scene.host.log().contains("panicked"), "{}", scene.host.log());
    }
}

/// Stripe has confirmed, and the database is gone when it is to be recorded. The caller is not told that nothing
/// will happen, and it is recorded when the database is back.
#[tokio::test(flavor = "multi_thread")]
async fn what_stripe_confirms_while_the_database_is_gone_is_recorded_later() {
    let database = postgres().await;
    let (mut proxy, scene) = behind_a_proxy(&database).await;
    assert_eq!(scene.api.activate(ADMIN, PAID, "f11").await.status, 200);
    scene.sim.fault(stripe_sim::Fault::once(
        "POST",
        "/v1/subscriptions",
        stripe_sim::Action::Hold { at: stripe_sim::Stage::Before },
    ));
    let caller = tokio::spawn({
        let api = scene.api.clone();
        async move { api.activate(ADMIN, PAID, "f0").await }
    });
    assert!(scene.sim.wait_until(Duration::from_secs(30), |sim| sim.held() == 1).await);
    proxy.set(Way::Gone).await;
    scene.sim.release();
    let reply = caller.await.expect("an answer");
    assert_eq!(reply.status, 202, "it may still happen, and it does: {}", reply.text);
    proxy.set(Way::Open).await;
    let found = look(&scene, &database).await;
    assert_eq!((found.active, found.billed), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_does_not_start_without_its_database_and_says_why() {
    let database = postgres().await;
    let (mut proxy, url) = Proxy::before(&database.url).await;
    proxy.set(Way::Gone).await;
    let begun = Instant::now();
    let (code, _, errors) = setup(&url).run(&["serve"]);
    assert!(code > 0, "{code}: {errors}");
    assert!(!errors.contains("panicked") && errors.contains("does not answer"), "{errors}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

on_both_engines!(a_lock_that_somebody_else_holds_is_503_and_reading_goes_on);

async fn a_lock_that_somebody_else_holds_is_503_and_reading_goes_on(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_DATABASE_TIMEOUT", TIMEOUT)).await;
    let kept = scene.api.activate(ADMIN, PAID, "f11").await.json()["instanceId"].as_str().unwrap().to_owned();
    let lock = Lock::of_mandates(database).await;
    let asked = [
        ("/api/store/activate", json!({"featureCode": "f1", "mandateId": FREE})),
        ("/api/store/activate", json!({"featureCode": "f1", "mandateId": PAID})),
        ("/api/store/deactivate", json!({"featureCode": "f11", "mandateId": PAID, "instanceId": kept})),
    ];
    // One after the other: SQLite has one writer, and who waits for it waits for those before as well.
    for (path, body) in &asked {
        let (reply, took) = timed(&scene.api, path, Some(body)).await;
        assert_unavailable(path, &reply, took);
    }
    for path in ["/api/store/features", "/livez", "/readyz"] {
        let (reply, took) = timed(&scene.api, path, None).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        assert!(took < Duration::from_secs(1), "{path}: {took:?}");
    }
    lock.release().await;
    let found = look(&scene, database).await;
    assert_eq!((found.active, found.billed), (1, 1), "nothing of it happened");
    for (path, body) in &asked {
        let (reply, _) = timed(&scene.api, path, Some(body)).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    }
    scene.settled(PAID).await;
    assert!(!scene.host.log().contains("panicked"), "{}", scene.host.log());
}

fn setup(database_url: &str) -> Setup {
    Setup::new(database_url).with("TURNPIKE_DATABASE_TIMEOUT", TIMEOUT).with("TURNPIKE_LEDGER_LEASE", "2s")
}

/// A scene whose host reaches its database through a proxy.
async fn behind_a_proxy(database: &TestDatabase) -> (Proxy, Scene) {
    let sim = simulator().await;
    let (proxy, url) = Proxy::before(&database.url).await;
    let setup = setup(&url).billing(&sim.url()).with("TURNPIKE_BILLING_WAIT", "5s").with_world();
    let host = setup.serve();
    let api = Api::new(&host.url);
    (proxy, Scene { sim, setup, host, api })
}

/// A request of the admin, a POST if it has a body, and how long its answer took.
async fn timed(api: &Api, path: &str, body: Option<&serde_json::Value>) -> (Reply, Duration) {
    let method = if body.is_some() { Method::POST } else { Method::GET };
    let begun = Instant::now();
    let body = body.map(|body| body.to_string().into_bytes());
    let reply = api.send(method, path, Some(&tokens::of(ADMIN)), &[], body).await;
    (reply, begun.elapsed())
}

#[track_caller]
fn assert_unavailable(what: &str, reply: &Reply, took: Duration) {
    assert_eq!((reply.status, reply.code().as_str()), (503, "service-unavailable"), "{what}: {}", reply.text);
    let again = reply.header("retry-after").parse::<u32>();
    assert!(again.is_ok_and(|seconds| seconds > 0), "{what}: {:?}", reply.headers);
    assert!(took < IN_TIME, "{what}: {took:?}");
}
