//! A mandate that is deleted is closed at once, and gone when nobody pays for anything in it any more.

use serde_json::json;
use stripe_sim::Sim;
use turnpike::ports::store::health::HealthStore as _;

use super::{Machine, with_services};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, FREE, OPEN},
};

on_both_engines!(
    what_costs_nothing_is_gone_at_once,
    a_paid_mandate_goes_when_its_quantity_is_confirmed,
    a_mandate_that_is_going_is_closed_and_goes_on_after_a_crash,
);

async fn what_costs_nothing_is_gone_at_once(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    assert_eq!(scene.api.activate(ADMIN, FREE, "f0").await.status, 200);
    let path = format!("mandates/{FREE}");
    assert_eq!(machine.delete(&path).await.status, 204);
    assert_eq!(machine.get(&path).await.status, 404);
    assert_eq!(machine.get(&format!("{path}/closing")).await.status, 404);
    for table in ["memberships", "roles", "subscriptions", "instances", "ended_instances"] {
        let left = database.number(&format!("SELECT count(*) FROM {table} WHERE mandate_id = 'm-free'")).await;
        assert_eq!(left, 0, "{table}");
    }
    // What is proof stays.
    let proof = "SELECT count(*) FROM changes WHERE mandate_id = 'm-free' AND kind = 'end' AND state = 'done'";
    assert_eq!(database.number(proof).await, 1);
    let noted = database
        .lines("SELECT action FROM audit WHERE subject = 'm-free' AND actor LIKE 'service:%' ORDER BY seq")
        .await;
    assert_eq!(noted, ["delete mandate", "end mandate"]);
    assert_eq!(machine.delete(&path).await.status, 204);
}

async fn a_paid_mandate_goes_when_its_quantity_is_confirmed(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    for feature in ["f0", "f1"] {
        assert_eq!(scene.api.activate(ADMIN, OPEN, feature).await.status, 200);
    }
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 2);
    let path = format!("mandates/{OPEN}");
    let reply = machine.delete(&path).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    assert_eq!(reply.header("location"), format!("/api/admin/{path}/closing"));
    assert_eq!(reply.json()["instances"], json!(0), "{}", reply.text);
    eventually("the mandate is gone", || async { machine.get(&path).await.status == 404 }).await;
    assert_eq!(scene.billed(OPEN), 0);
    assert_eq!(machine.delete(&path).await.status, 204);
    let refused = scene.api.activate(ADMIN, OPEN, "f0").await;
    assert_eq!((refused.status, refused.code().as_str()), (404, "mandate-not-found"));
}

async fn a_mandate_that_is_going_is_closed_and_goes_on_after_a_crash(database: &TestDatabase) {
    let mut scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    let instance = scene.api.activate(ADMIN, OPEN, "f0").await.json()["instanceId"].as_str().unwrap().to_owned();
    scene.settled(OPEN).await;
    let paused = scene.setup.run(&["pause", "billing", "--reason", "nothing is sent meanwhile"]);
    assert_eq!(paused.0, 0, "{paused:?}");
    let path = format!("mandates/{OPEN}");
    for _ in 0..2 {
        assert_eq!(machine.delete(&path).await.status, 202, "as often as one likes");
    }
    let closing = machine.get(&format!("{path}/closing")).await.json();
    assert_eq!((closing["instances"].clone(), closing["open"].clone()), (json!(0), json!(1)), "{closing}");
    assert_eq!(closing["subscriptions"], json!([{"id": "s-m-open", "quantity": 1}]));
    let health = database.store().await.billing_health().await.expect("numbers");
    assert_eq!(health.closing, 1, "monitoring is told");
    assert!((0..600_000).contains(&health.oldest_closing), "{health:?}");
    // Closed for everybody.
    for reply in [scene.api.activate(ADMIN, OPEN, "f1").await, scene.api.restore(ADMIN, OPEN, &instance).await] {
        assert_eq!((reply.status, reply.code().as_str()), (403, "mandate-closed"), "{}", reply.text);
    }
    for (path, body) in [
        (path.clone(), json!({"name": "Open again"})),
        ("memberships/new".to_owned(), json!({"userId": "u-stranger", "mandateId": OPEN})),
        ("subscriptions/new".to_owned(), json!({"mandateId": OPEN, "planKey": "FREE", "status": "ACTIVE"})),
    ] {
        let reply = machine.put(&path, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (409, "mandate-closing"), "{path}: {}", reply.text);
    }
    assert_eq!(quantity(&scene.sim), 1, "billing is paused");
    scene.restart();
    let machine = Machine::new(&scene.host.url);
    assert_eq!(machine.get(&path).await.status, 200, "it waits for billing");
    let resumed = scene.setup.run(&["resume", "billing"]);
    assert_eq!(resumed.0, 0, "{resumed:?}");
    eventually("the mandate is gone", || async { machine.get(&path).await.status == 404 }).await;
    assert_eq!(quantity(&scene.sim), 0);
}

fn quantity(sim: &Sim) -> u64 {
    sim.quantity(crate::world::item_of(OPEN)).unwrap()
}
