//! A request that something in between doubles: the first copy is refused for now, the second carried out, and only the
//! refusal comes back.

use std::time::Duration;

use fault_proxy::{Fault, FaultProxy, Page, Rule, Which};
use serde_json::json;
use stripe_sim::{Action, BodyKind, Stage};

use crate::{
    api::Api,
    crashes::look,
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::{Scene, eventually, simulator},
    world::{ADMIN, PAID},
};

on_both_engines!(what_a_copy_may_have_done_is_not_given_up);

async fn what_a_copy_may_have_done_is_not_given_up(database: &TestDatabase) {
    let sim = simulator().await;
    let proxy = FaultProxy::before(&sim.url()).await.expect("a proxy");
    let setup = Setup::new(&database.url).billing(&proxy.url()).with("TURNPIKE_BILLING_WAIT", "2s").with_world();
    let host = setup.serve();
    let api = Api::new(&host.url);
    let scene = Scene { sim, setup, host, api };
    assert_eq!(scene.api.activate(ADMIN, PAID, "f0").await.status, 200);

    let busy = Action::Status {
        status: 429,
        body: BodyKind::Json,
        at: Stage::Before,
        code: Some("lock_timeout".to_owned()),
        should_retry: None,
        saved: None,
    };
    scene.sim.fault(stripe_sim::Fault::once("POST", "/v1/subscriptions", busy));
    proxy.plan(Rule::once("POST", "/v1/subscriptions", Fault::Duplicate { answer: Which::First }));
    // Every later try is refused for now as well, for as long as the caller waits.
    proxy.plan(Rule::forever("POST", "/v1/subscriptions", Fault::Answer { status: 429, page: Page::Json }));
    let reply = scene.api.activate(ADMIN, PAID, "f1").await;
    assert_eq!(scene.billed(PAID), 2, "the second copy was carried out");
    assert_eq!((reply.status, &reply.json()["activated"]), (202, &json!(false)), "{}", reply.text);
    assert!(proxy.wait_until(Duration::from_secs(10), |record| record.forwarded >= 2).await);
    proxy.calm();
    let change = reply.header("location").to_owned();
    eventually("it is done", || async { scene.api.get(ADMIN, &change).await.json()["state"] == "done" }).await;
    let found = look(&scene, database).await;
    assert_eq!((found.active, found.billed), (2, 2));
    assert_eq!(scene.sim.ledger().quantity_changes.len(), 2, "each once");
}
