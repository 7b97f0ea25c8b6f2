//! A request whose fate is unknown when its host dies, and which turns out to be declined: nothing of it is left.

use stripe_sim::{Action, BodyKind, Cut, Fault, Stage};

use super::{look::look, wish::Wish};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::{Scene, eventually},
};

on_both_engines!(
    an_activation_declined_after_a_crash_leaves_nothing,
    a_restore_declined_after_a_crash_can_be_tried_again
);

async fn an_activation_declined_after_a_crash_leaves_nothing(database: &TestDatabase) {
    declined(Wish::Activate, database).await;
}

async fn a_restore_declined_after_a_crash_can_be_tried_again(database: &TestDatabase) {
    declined(Wish::Restore, database).await;
}

async fn declined(wish: Wish, database: &TestDatabase) {
    let mut scene = Scene::with(database, |setup: Setup| setup.with("TURNPIKE_LEDGER_LEASE", "2s")).await;
    let request = wish.prepare(&scene).await;
    let before = scene.setup.export();
    let post = |action| Fault::once("POST", "/v1/subscriptions", action);
    scene.sim.fault(post(Action::Drop { at: Stage::Before, how: Cut::Rst }));
    scene.sim.fault(post(Action::Status {
        status: 402,
        body: BodyKind::Json,
        at: Stage::Before,
        code: Some("card_declined".to_owned()),
        should_retry: None,
        saved: None,
    }));
    let caller = tokio::spawn({
        let (request, api) = (request.clone(), scene.api.clone());
        async move { request.make(&api).await }
    });
    eventually("the fate is unknown", || async { scene.sim.faults_left() == 1 }).await;
    caller.abort();
    scene.restart();
    eventually("it is declined", || async { scene.sim.faults_left() == 0 }).await;
    let found = look(&scene, database).await;
    assert_eq!((found.active, found.billed), (1, 1));
    let after = scene.setup.export();
    for section in ["roles", "accesses", "instances"] {
        assert_eq!(after[section], before[section], "{section}");
    }
    // The decline is the stored answer of this key; another try under another key is another change.
    let repeated = request.make(&scene.api).await;
    assert_eq!((repeated.status, repeated.code().as_str()), (402, "payment-declined"), "{}", repeated.text);
    let again = request.make_anew(&scene.api).await;
    request.assert_done(&again);
    let found = look(&scene, database).await;
    assert_eq!((found.active, found.billed), (2, 2));
}
