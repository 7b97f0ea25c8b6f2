//! Two hosts on one PostgreSQL share the inbox: each event is dealt with once, also when a host dies over it.

use std::time::Duration;

use stripe_sim::{Action, Edit, Endpoint, Fault, Stage, Status};

use super::{PATH, SECRET, accepting, in_state, scene, worked_off};
use crate::{
    engines::{TestDatabase, postgres},
    scene::{Scene, eventually},
    world::PAID,
};

fn set_status(scene: &Scene, status: Status) {
    scene.sim.edit("sub_planted_paid", Edit { status: Some(status), ..Edit::default() }).expect("an edit");
}

async fn ours(database: &TestDatabase, status: &str) -> bool {
    let sql = format!("SELECT count(*) FROM subscriptions WHERE id = 's-{PAID}' AND status = '{status}'");
    database.number(&sql).await == 1
}

#[tokio::test(flavor = "multi_thread")]
async fn events_sent_to_both_are_dealt_with_once() {
    let database = postgres().await;
    let scene = scene(&database).await;
    let (other, _) = scene.another_host();
    scene.sim.webhook(Endpoint { copies: 2, ..Endpoint::new(&format!("{}{PATH}", other.url), SECRET) });
    for _ in 0..15 {
        for status in [Status::PastDue, Status::Canceled, Status::Active] {
            set_status(&scene, status);
        }
    }
    set_status(&scene, Status::Unpaid);
    let all = scene.sim.wait_until(Duration::from_secs(60), |sim| sim.deliveries().len() == 46 * 3).await;
    assert!(all && scene.sim.deliveries().iter().all(|one| one.status == Some(200)), "{:?}", scene.sim.deliveries());
    worked_off(&scene, &database).await;
    assert_eq!((in_state(&database, "done").await, in_state(&database, "dead").await), (46, 0));
    assert!(ours(&database, "UNPAID").await);
    for log in [scene.host.log(), other.log()] {
        assert!(!log.contains("\"ERROR\"") && !log.contains("were not recorded"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_host_had_claimed_is_taken_on_by_the_other() {
    let database = postgres().await;
    let mut scene = Scene::with(&database, |setup| accepting(setup).with("TURNPIKE_LEDGER_LEASE", "2s")).await;
    scene.sim.webhook(Endpoint::new(&format!("{}{PATH}", scene.host.url), SECRET));
    scene.sim.fault(Fault::once("GET", "/v1/subscriptions", Action::Hold { at: Stage::Arrival }));
    set_status(&scene, Status::PastDue);
    let held = scene.sim.wait_until(Duration::from_secs(30), |sim| sim.held() == 1).await;
    assert!(held, "it is being read: {}", scene.host.log());
    let (other, api) = scene.another_host();
    scene.host.kill();
    (scene.host, scene.api) = (other, api);
    eventually("the other host takes it on", || async { ours(&database, "PAST_DUE").await }).await;
    eventually("it is done", || async { in_state(&database, "done").await == 1 }).await;
    scene.sim.release();
}
