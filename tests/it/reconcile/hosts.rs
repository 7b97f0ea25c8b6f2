//! Several hosts share the work, and leave to the ledger what is the ledger's.

use serde_json::json;
use stripe_sim::{Action, Fault, Stage};

use super::{SUB_PAID, agreed, kinds, only, reconcile, set, told};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::eventually,
    world::{ADMIN, PAID},
};

on_both_engines!(two_hosts_do_not_repair_twice, a_drift_under_an_unresolved_operation_is_left_to_the_ledger);

async fn two_hosts_do_not_repair_twice(database: &TestDatabase) {
    let mut scene = agreed(database).await;
    scene.host.kill();
    set(&scene, SUB_PAID, 4);
    scene.setup = scene.setup.clone().with("TURNPIKE_RECONCILE_EVERY", "1s");
    scene.restart();
    let (other, _) = scene.another_host();
    eventually("the quantity is lowered", || async { scene.billed(PAID) == 2 }).await;
    eventually("it is in sync", || async { told(&scene, PAID).await.0 == json!(true) }).await;
    let lowered = "SELECT count(*) FROM operations WHERE direction = 'lower'";
    assert_eq!(database.number(lowered).await, 1, "{} {}", scene.host.log(), other.log());
    assert_eq!(scene.sim.ledger().quantity_changes.last().map(|change| (change.from, change.to)), Some((4, 2)));
}

async fn a_drift_under_an_unresolved_operation_is_left_to_the_ledger(database: &TestDatabase) {
    let mut scene = agreed(database).await;
    scene.host.kill();
    scene.setup = scene.setup.clone().with("TURNPIKE_RECONCILE_EVERY", "1s").with("TURNPIKE_BILLING_WAIT", "300ms");
    scene.restart();
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    let waiting = scene.api.activate(ADMIN, PAID, "f2").await;
    assert_eq!(waiting.status, 202, "{}", waiting.text);
    // The quantity that somebody sets meanwhile is neither found nor repaired: the operation sets its own.
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!((code, kinds(&review, PAID)), (0, only(&[])), "{review:#}");
    set(&scene, SUB_PAID, 7);
    let looks = "SELECT looked_at FROM checks WHERE subscription_id = 's-m-paid'";
    let first = database.number(looks).await;
    eventually("the host looked again", || async { database.number(looks).await > first + 2000 }).await;
    assert_eq!(scene.billed(PAID), 7);
    assert_eq!(database.number("SELECT count(*) FROM operations WHERE direction = 'lower'").await, 0);
    scene.sim.release();
    scene.settled(PAID).await;
    assert_eq!(scene.billed(PAID), 3);
}
