//! Billing and features never disagree: reserved is not usable, unknown is resolved, a failed sync is retried.

use serde_json::json;
use stripe_sim::{Action, CardOutcome, Fault, Stage};

use super::on_both_engines;
use crate::{
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, FOLLOWED, PAID},
};

on_both_engines!(
    a_reserved_instance_counts_but_cannot_be_used,
    an_applied_update_whose_answer_is_lost_is_found_out,
    a_declined_card_leaves_nothing,
    a_lost_answer_to_a_lowering_is_retried_until_true,
    on_a_free_plan_billing_follows_when_it_can,
    stripe_gone_is_503_and_nothing_happens,
    an_ended_instance_is_unbilled_at_once_and_can_be_restored,
    a_quantity_that_differs_stops_new_activations_until_it_is_settled,
);

async fn a_reserved_instance_counts_but_cannot_be_used(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "2s")).await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    let reply = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    assert_eq!(reply.json()["activated"], json!(false));
    let change = reply.json()["change"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("location"), format!("/api/store/changes/{change}"));
    assert_eq!(scene.api.counted(ADMIN, PAID).await, 1);
    let instance = only_instance(&scene, "f0").await;
    assert_eq!((&instance["state"], &instance["isActive"]), (&json!("reserved"), &json!(false)));
    scene.sim.release();
    eventually("the change is done", || async {
        scene.api.get(ADMIN, &format!("/api/store/changes/{change}")).await.json()["state"] == "done"
    })
    .await;
    let instance = only_instance(&scene, "f0").await;
    assert_eq!((&instance["state"], &instance["isActive"]), (&json!("active"), &json!(true)));
    assert_eq!(scene.billed(PAID), 1);
}

async fn an_applied_update_whose_answer_is_lost_is_found_out(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    scene.sim.fault(Fault::once(
        "POST",
        "/v1/subscriptions",
        Action::Drop { at: Stage::After, how: stripe_sim::Cut::Rst },
    ));
    let reply = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(scene.billed(PAID), 1);
    assert!(scene.sim.requests().iter().any(|request| request.replayed), "resolved with the same key");
    assert_eq!(scene.sim.ledger().quantity_changes.len(), 1, "applied once");
}

async fn a_declined_card_leaves_nothing(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let before = scene.setup.export();
    scene.sim.fault(Fault::once(
        "POST",
        "/v1/subscriptions",
        Action::Status {
            status: 402,
            body: stripe_sim::BodyKind::Json,
            at: Stage::Before,
            code: Some("card_declined".to_owned()),
            should_retry: None,
            saved: None,
        },
    ));
    let reply = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!((reply.status, reply.code().as_str()), (402, "payment-declined"), "{}", reply.text);
    assert_eq!(scene.api.counted(ADMIN, PAID).await, 0);
    assert_eq!(scene.billed(PAID), 0);
    assert_eq!(scene.setup.export()["roles"], before["roles"], "no role is left over");
    assert_eq!(scene.setup.export()["accesses"], before["accesses"]);
    // A decline is an answer: the same key gets it again, a new try is a new change.
    scene.sim.card(None, CardOutcome::Ok);
    assert_eq!(scene.api.activate(ADMIN, PAID, "f0").await.status, 200);
}

async fn a_lost_answer_to_a_lowering_is_retried_until_true(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "300ms")).await;
    let instance = activated(&scene, PAID, "f0").await;
    scene.sim.fault(Fault {
        times: stripe_sim::Times::Count(3),
        ..Fault::once(
            "POST",
            "/v1/subscriptions",
            Action::Status {
                status: 502,
                body: stripe_sim::BodyKind::Html,
                at: Stage::Before,
                code: None,
                should_retry: None,
                saved: None,
            },
        )
    });
    let reply = scene.api.deactivate(ADMIN, PAID, "f0", &instance).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!((&reply.json()["instanceDeleted"], &reply.json()["billing"]), (&json!(true), &json!("pending")));
    assert_eq!(scene.api.counted(ADMIN, PAID).await, 0, "it is given up at once");
    scene.settled(PAID).await;
    assert_eq!(scene.billed(PAID), 0);
}

async fn on_a_free_plan_billing_follows_when_it_can(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    scene.sim.stop().await;
    let instance = activated(&scene, FOLLOWED, "f0").await;
    assert_eq!(only_instance(&scene, "f0").await["isActive"], json!(true), "not refused and not waiting");
    scene.sim.restart().await.expect("the simulator is back");
    scene.settled(FOLLOWED).await;
    assert_eq!(scene.billed(FOLLOWED), 1);
    assert_eq!(scene.api.deactivate(ADMIN, FOLLOWED, "f0", &instance).await.status, 200);
    scene.settled(FOLLOWED).await;
    assert_eq!(scene.billed(FOLLOWED), 0);
}

async fn stripe_gone_is_503_and_nothing_happens(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "2s")).await;
    let kept = activated(&scene, PAID, "f1").await;
    scene.sim.stop().await;
    let reply = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!((reply.status, reply.code().as_str()), (503, "billing-unavailable"), "{}", reply.text);
    assert_eq!(scene.api.counted(ADMIN, PAID).await, 1, "nothing is reserved");
    assert_eq!(scene.api.get(ADMIN, "/api/store/features").await.status, 200, "reading goes on");
    let ended = scene.api.deactivate(ADMIN, PAID, "f1", &kept).await;
    assert_eq!((ended.status, ended.json()["billing"].clone()), (200, json!("pending")));
    scene.sim.restart().await.expect("the simulator is back");
    scene.settled(PAID).await;
    assert_eq!(scene.billed(PAID), 0);
    assert_eq!(
        scene.sim.ledger().quantity_changes.iter().map(|change| change.to).max(),
        Some(1),
        "it never billed the refused one"
    );
}

async fn an_ended_instance_is_unbilled_at_once_and_can_be_restored(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = activated(&scene, PAID, "f0").await;
    let reply = scene.api.deactivate(ADMIN, PAID, "f0", &instance).await;
    assert_eq!(reply.json()["billing"], json!("done"), "{}", reply.text);
    assert_eq!(scene.billed(PAID), 0);
    let listed = scene.api.get(ADMIN, &format!("/api/store/instances?mandateId={PAID}")).await.json();
    assert_eq!(listed[0]["state"], json!("ended"), "{listed}");
    let restored = scene.api.restore(ADMIN, PAID, &instance).await;
    assert_eq!((restored.status, restored.json()["instanceId"].clone()), (200, json!(instance)), "{}", restored.text);
    assert_eq!(scene.billed(PAID), 1);
    assert_eq!(only_instance(&scene, "f0").await["isActive"], json!(true));
    let again = scene.api.restore(ADMIN, PAID, &instance).await;
    assert_eq!((again.status, again.code().as_str()), (404, "instance-not-found"), "{}", again.text);
}

async fn a_quantity_that_differs_stops_new_activations_until_it_is_settled(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let set = |quantity| {
        let edit = stripe_sim::Edit { quantity: Some(quantity), ..stripe_sim::Edit::default() };
        scene.sim.edit("sub_planted_paid", edit).expect("edited by hand");
    };
    set(4);
    let reply = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!((reply.status, reply.code().as_str()), (503, "billing-out-of-sync"), "{}", reply.text);
    assert_eq!(scene.api.counted(ADMIN, PAID).await, 0);
    assert_eq!(scene.billed(PAID), 4, "nothing is changed in silence");
    set(0);
    eventually("the settled difference is noticed", || async {
        scene.api.activate(ADMIN, PAID, "f0").await.status == 200
    })
    .await;
    assert_eq!(scene.billed(PAID), 1);
}

/// Activates as the admin and returns the instance's id.
async fn activated(scene: &Scene, mandate: &str, feature: &str) -> String {
    let reply = scene.api.activate(ADMIN, mandate, feature).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["instanceId"].as_str().unwrap().to_owned()
}

/// The admin's only instance of a feature.
async fn only_instance(scene: &Scene, feature: &str) -> serde_json::Value {
    let features = scene.api.get(ADMIN, "/api/store/features").await.json();
    let found = features.as_array().unwrap().iter().find(|one| one["featureCode"] == feature).expect("the feature");
    assert_eq!(found["instances"].as_array().unwrap().len(), 1, "{found}");
    found["instances"][0].clone()
}
