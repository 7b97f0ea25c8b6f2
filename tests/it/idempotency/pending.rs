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

on_both_engines!(a_pending_request_answers_with_its_present_state, one_whose_instance_is_given_up_meanwhile_is_told_so,);

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

async fn one_whose_instance_is_given_up_meanwhile_is_told_so(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    // The first one holds the subscription, the second one waits for it.
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    let api = scene.api.clone();
    let first = tokio::spawn(async move { api.activate(ADMIN, PAID, "f0").await });
    eventually("the first one is on its way", || async { scene.sim.held() == 1 }).await;
    let api = scene.api.clone();
    let second = tokio::spawn(async move { api.post_keyed("u-a0", ACTIVATE, "a", &wish(PAID, "f1")).await });
    eventually("both are reserved", || async {
        scene.api.states(ADMIN, PAID).await.iter().filter(|(_, state)| state == "reserved").count() == 2
    })
    .await;
    let listed = scene.api.get(ADMIN, &format!("/api/store/instances?mandateId={PAID}")).await.json();
    let instance = listed.as_array().unwrap().iter().find(|one| one["featureCode"] == "f1").unwrap();
    let ending = json!({
        "featureCode": "f1", "mandateId": PAID, "instanceId": instance["instanceId"], "scope": "mandate"
    });
    let ended = scene.api.post(ADMIN, "/api/store/deactivate", &ending).await;
    assert_eq!((ended.status, ended.json()["billing"].clone()), (200, json!("done")), "{}", ended.text);
    let second = second.await.unwrap();
    assert_eq!((second.status, second.code().as_str()), (409, "withdrawn"), "{}", second.text);
    let again = scene.api.post_keyed("u-a0", ACTIVATE, "a", &wish(PAID, "f1")).await;
    assert_eq!(again.comparable(), second.comparable());
    scene.sim.release();
    let first = first.await.unwrap();
    assert_eq!(first.status, 200, "{}", first.text);
    scene.settled(PAID).await;
    assert_eq!(scene.billed(PAID), 1);
}
