//! After a rollback or an end nothing is left over; the ledger and its changes stay.

use serde_json::Value;

use super::on_both_engines;
use crate::{
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, FREE, PAID},
};

on_both_engines!(an_end_leaves_no_roles_and_no_accesses, a_stopped_stripe_leaves_no_roles_and_no_accesses);

async fn an_end_leaves_no_roles_and_no_accesses(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let before = rights(&scene.setup.export());
    for mandate in [FREE, PAID] {
        let reply = scene.api.activate(ADMIN, mandate, "f0").await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let during = scene.setup.export();
        assert_eq!(during["instances"].as_array().unwrap().len(), 1);
        assert_eq!(during["accesses"].as_array().unwrap().len(), 1);
        let instance = reply.json()["instanceId"].as_str().unwrap().to_owned();
        let end = scene.api.deactivate(ADMIN, mandate, "f0", &instance).await;
        assert_eq!(end.status, 200, "{}", end.text);
        assert_eq!(rights(&scene.setup.export()), before, "{mandate}");
        let change = end.json()["change"].as_str().unwrap().to_owned();
        let kept = scene.api.get(ADMIN, &format!("/api/store/changes/{change}")).await;
        assert_eq!((kept.status, kept.json()["state"].as_str().unwrap()), (200, "done"), "the order is kept");
    }
}

async fn a_stopped_stripe_leaves_no_roles_and_no_accesses(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "500ms")).await;
    let before = rights(&scene.setup.export());
    scene.sim.stop().await;
    assert_eq!(scene.api.activate(ADMIN, PAID, "f0").await.status, 503);
    assert_eq!(rights(&scene.setup.export()), before);
}

fn rights(exported: &Value) -> (Value, Value, Value) {
    (exported["roles"].clone(), exported["accesses"].clone(), exported["instances"].clone())
}
