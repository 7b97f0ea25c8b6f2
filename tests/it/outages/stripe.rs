//! Stripe is gone from the start, slow, or failing for a while: nothing is billed twice, and nothing is lost.

use serde_json::json;
use stripe_sim::{Action, BodyKind, Cut, Fault, Stage, Times};

use crate::{
    api::Api,
    crashes::look,
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::{Scene, eventually, simulator},
    world::{ADMIN, PAID},
};

on_both_engines!(
    gone_at_start_up,
    slow_answers_are_waited_for_in_the_background,
    failing_for_a_while_changes_the_quantity_once,
);

async fn gone_at_start_up(database: &TestDatabase) {
    let sim = simulator().await;
    sim.stop().await;
    let setup = Setup::new(&database.url).billing(&sim.url()).with("TURNPIKE_BILLING_WAIT", "500ms").with_world();
    let host = setup.serve();
    let api = Api::new(&host.url);
    let scene = Scene { sim, setup, host, api };
    assert_eq!(scene.api.get(ADMIN, "/readyz").await.status, 200, "the store answers");
    assert_eq!(scene.api.get(ADMIN, "/api/store/features").await.status, 200, "reading goes on");
    let reply = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!((reply.status, reply.code().as_str()), (503, "billing-unavailable"), "{}", reply.text);
    assert!(reply.header("retry-after").parse::<u32>().is_ok(), "{:?}", reply.headers);
    let found = look(&scene, database).await;
    assert_eq!((found.active, found.billed), (0, 0), "nothing is reserved");
    scene.sim.restart().await.expect("the simulator is there");
    eventually("activations are possible", || async { scene.api.activate(ADMIN, PAID, "f0").await.status == 200 })
        .await;
    let found = look(&scene, database).await;
    assert_eq!((found.active, found.billed), (1, 1));
}

async fn slow_answers_are_waited_for_in_the_background(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "1s")).await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Delay { ms: 12_000, at: Stage::Before }));
    let reply = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!((reply.status, reply.json()["activated"].clone()), (202, json!(false)), "{}", reply.text);
    let change = reply.header("location").to_owned();
    let waiting = scene.api.get(ADMIN, &change).await;
    assert_eq!((waiting.status, waiting.json()["state"].clone()), (200, json!("billing")), "{}", waiting.text);
    assert!(waiting.header("retry-after").parse::<u32>().is_ok(), "{:?}", waiting.headers);
    eventually("it is done", || async { scene.api.get(ADMIN, &change).await.json()["state"] == "done" }).await;
    let found = look(&scene, database).await;
    assert_eq!((found.active, found.billed), (1, 1));
    assert_eq!(scene.sim.requests().iter().filter(|request| request.method == "POST").count(), 1, "sent once");
}

async fn failing_for_a_while_changes_the_quantity_once(database: &TestDatabase) {
    let status = |status, body, at, code: Option<&str>, saved| Action::Status {
        status,
        body,
        at,
        code: code.map(str::to_owned),
        should_retry: None,
        saved,
    };
    let faults = [
        ("500, remembered under the key", status(500, BodyKind::Json, Stage::Before, None, Some(true))),
        ("500 though it was applied", status(500, BodyKind::Json, Stage::After, None, Some(false))),
        ("a page of a proxy", status(502, BodyKind::Html, Stage::Before, None, None)),
        ("a page of a proxy though it was applied", status(504, BodyKind::Html, Stage::After, None, None)),
        ("nothing at all in a 503", status(503, BodyKind::Empty, Stage::Before, None, None)),
        ("too many requests", status(429, BodyKind::Json, Stage::Before, Some("rate_limit"), None)),
        ("another update under way", status(429, BodyKind::Json, Stage::Before, Some("lock_timeout"), None)),
        ("half an answer", Action::Truncate),
        ("a connection cut before", Action::Drop { at: Stage::Before, how: Cut::Rst }),
        ("a connection closed after", Action::Drop { at: Stage::After, how: Cut::Close }),
    ];
    let scene = Scene::on(database).await;
    assert_eq!(scene.api.activate(ADMIN, PAID, "f11").await.status, 200);
    let mut instance: Option<String> = None;
    let mut quantities = vec![1];
    for (what, action) in faults {
        // The first ones last longer than one more try.
        let times = Times::Count(if quantities.len() < 3 { 3 } else { 1 });
        scene.sim.fault(Fault { times, ..Fault::once("POST", "/v1/subscriptions", action) });
        // Up and down in turns.
        let reply = match instance.take() {
            None => scene.api.activate(ADMIN, PAID, "f0").await,
            Some(instance) => scene.api.deactivate(ADMIN, PAID, "f0", &instance).await,
        };
        assert_eq!(reply.status, 200, "{what}: {}", reply.text);
        let body = reply.json();
        if body["activated"] == json!(true) {
            instance = body["instanceId"].as_str().map(str::to_owned);
        } else {
            assert_eq!(body["billing"], json!("done"), "{what}: {body}");
        }
        let wanted = if instance.is_some() { 2 } else { 1 };
        quantities.push(wanted);
        assert_eq!(scene.billed(PAID).cast_unsigned(), wanted, "{what}");
        scene.sim.clear_faults();
    }
    look(&scene, database).await;
    let set: Vec<u64> = scene.sim.ledger().quantity_changes.iter().map(|change| change.to).collect();
    assert_eq!(set, quantities, "each once");
}
