//! Ends that no operation can carry out: done when nothing is billed any more, else tried less and less.

use serde_json::json;
use stripe_sim::{Edit, Status};

use super::{SUB_PAID, agreed, done, kinds, only, reconcile};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::{Scene, eventually, simulator},
    world::{ADMIN, PAID},
};

on_both_engines!(
    an_end_on_a_cancelled_subscription_is_done,
    an_end_on_a_subscription_that_is_gone_is_done_for_our_account_only,
    an_end_that_is_refused_again_and_again_is_tried_less_and_less,
);

/// Ends the first instance, and waits until billing refused to lower the quantity.
async fn refused(scene: &Scene, database: &TestDatabase) {
    let instance = scene.api.states(ADMIN, PAID).await[0].0.clone();
    let ended = scene.api.deactivate(ADMIN, PAID, "f0", &instance).await;
    assert_eq!((ended.status, ended.json()["billing"].clone()), (200, json!("pending")), "{}", ended.text);
    eventually("billing refuses it", || async {
        database.number("SELECT count(*) FROM changes WHERE kind = 'end' AND refusals > 0 AND state = 'queued'").await
            == 1
    })
    .await;
}

async fn waiting_ends(database: &TestDatabase) -> i64 {
    database.number("SELECT count(*) FROM changes WHERE kind = 'end' AND state <> 'done'").await
}

async fn an_end_on_a_cancelled_subscription_is_done(database: &TestDatabase) {
    let mut scene = agreed(database).await;
    scene.host.kill();
    scene.setup = scene.setup.clone().with("TURNPIKE_BILLING_WAIT", "300ms").with("TURNPIKE_RECONCILE_EVERY", "1s");
    scene.restart();
    scene.sim.edit(SUB_PAID, Edit { status: Some(Status::Canceled), ..Edit::default() }).expect("an edit by hand");
    let instance = scene.api.states(ADMIN, PAID).await[0].0.clone();
    let ended = scene.api.deactivate(ADMIN, PAID, "f0", &instance).await;
    assert_eq!(ended.status, 200, "{}", ended.text);
    eventually("the end is done", || async { waiting_ends(database).await == 0 }).await;
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!(code, 0, "{review:#}");
}

async fn an_end_on_a_subscription_that_is_gone_is_done_for_our_account_only(database: &TestDatabase) {
    let mut scene = agreed(database).await;
    scene.host.kill();
    // The same account, but the subscription is not there.
    let empty = stripe_sim::Sim::start().await;
    scene.setup = scene.setup.clone().billing(&empty.url()).with("TURNPIKE_BILLING_WAIT", "300ms");
    scene.restart();
    refused(&scene, database).await;
    empty.account("acct_another");
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!((code, kinds(&review, PAID)), (1, only(&["subscription-gone", "ends-refused"])), "{review:#}");
    assert_eq!(waiting_ends(database).await, 1);
    let info = scene.api.get(ADMIN, &format!("/api/store/subscription-info?mandateId={PAID}")).await.json();
    assert_eq!((&info["status"], &info["billingInSync"]), (&json!("ACTIVE"), &json!(false)), "no false cancellation");

    empty.account("acct_1Sim00000000000000000001");
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!((code, kinds(&review, PAID)), (1, only(&["subscription-gone", "ends-left-over"])), "{review:#}");
    assert_eq!(done(&review, PAID), "settled 1 waiting ends as done");
    assert_eq!(waiting_ends(database).await, 0);
    let info = scene.api.get(ADMIN, &format!("/api/store/subscription-info?mandateId={PAID}")).await.json();
    assert_eq!(info["status"], json!("ACTIVE"), "no false cancellation");
}

async fn an_end_that_is_refused_again_and_again_is_tried_less_and_less(database: &TestDatabase) {
    let mut scene = agreed(database).await;
    scene.host.kill();
    let empty = simulator().await;
    empty.edit(SUB_PAID, Edit { status: Some(Status::Canceled), ..Edit::default() }).expect("an edit by hand");
    let setup: Setup = scene.setup.clone().billing(&empty.url()).with("TURNPIKE_BILLING_WAIT", "300ms");
    scene.setup = setup;
    scene.restart();
    refused(&scene, database).await;
    let pause = "SELECT max(not_before) - max(created_at) FROM changes WHERE kind = 'end'";
    let mut last = database.number(pause).await;
    for refusals in 2..=4 {
        // As if the pause were over.
        database.execute("UPDATE changes SET not_before = 0, created_at = created_at WHERE kind = 'end'").await;
        let counted = "SELECT max(refusals) FROM changes WHERE kind = 'end'";
        eventually("it is refused again", || async { database.number(counted).await == refusals }).await;
        let next = database.number(pause).await;
        assert!(next > last + 7000, "{refusals}: {next} after {last}");
        last = next;
    }
    assert_eq!(waiting_ends(database).await, 1, "it is never given up");
}
