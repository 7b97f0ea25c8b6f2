//! A repeat while billing has not answered gets the change's present state, at once, and buys nothing.

use serde_json::json;
use stripe_sim::{Action, Fault, Stage};

use super::{ACTIVATE, wish};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, PAID},
};

on_both_engines!(a_pending_request_answers_with_its_present_state);

async fn a_pending_request_answers_with_its_present_state(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "1s")).await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    let first = scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await;
    assert_eq!((first.status, first.json()["activated"].clone()), (202, json!(false)), "{}", first.text);
    let again = scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await;
    assert_eq!(again.comparable(), first.comparable());
    assert_eq!(again.header("location"), format!("/api/store/changes/{}", first.json()["change"].as_str().unwrap()));
    assert!(!again.header("retry-after").is_empty());
    let other = scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f1")).await;
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency-key-reused"), "{}", other.text);
    assert_eq!(scene.api.counted(ADMIN, PAID).await, 1, "one is reserved");
    scene.sim.release();
    eventually("the repeat tells that it is done", || async {
        let reply = scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await;
        assert!([200, 202].contains(&reply.status), "{}", reply.text);
        assert_eq!(reply.json()["instanceId"], first.json()["instanceId"]);
        reply.status == 200 && reply.json()["activated"] == true
    })
    .await;
    assert_eq!((scene.billed(PAID), scene.api.counted(ADMIN, PAID).await), (1, 1));
}
