//! Every moment of a request's way to Stripe with every wish: after a SIGKILL and a restart what was asked for is done once, and nothing is open.

use futures::future::join_all;

use super::{
    look::{Found, all_is_told, look},
    moment::Moment,
    wish::Wish,
};
use crate::{done_right::on_both_engines, engines::TestDatabase, scene::Scene, world};

on_both_engines!(
    killed_before_sending,
    killed_while_the_request_is_on_its_way,
    killed_before_stripe_applied_it,
    killed_after_stripe_applied_it,
);

async fn killed_before_sending(database: &TestDatabase) {
    every_wish(Moment::BeforeSending, database).await;
}

async fn killed_while_the_request_is_on_its_way(database: &TestDatabase) {
    every_wish(Moment::OnItsWay, database).await;
}

async fn killed_before_stripe_applied_it(database: &TestDatabase) {
    every_wish(Moment::BeforeApplied, database).await;
}

async fn killed_after_stripe_applied_it(database: &TestDatabase) {
    every_wish(Moment::Applied, database).await;
}

/// All wishes side by side, each on a database and a simulator of its own.
async fn every_wish(moment: Moment, like: &TestDatabase) {
    join_all(Wish::ALL.map(|wish| one(moment, wish, like))).await;
    let engine = if like.is_postgres() { "postgres" } else { "sqlite" };
    println!("{moment:?} on {engine}: {} combinations", Wish::ALL.len());
}

async fn one(moment: Moment, wish: Wish, like: &TestDatabase) {
    let database = like.another().await;
    let settings = |setup: crate::host::Setup| {
        setup.with("TURNPIKE_LEDGER_LEASE", "2s").with("TURNPIKE_LOG", "info,turnpike::adapters::stripe=debug")
    };
    let mut scene = Scene::with(&database, settings).await;
    let request = wish.prepare(&scene).await;
    moment.kill(&mut scene, &request).await;
    let dead = scene.host.log();
    assert!(!dead.contains("panicked"), "{dead}");
    scene.restart();

    let wanted = wish.billed_afterwards();
    let all = Found { active: wanted.cast_signed(), billed: wanted.cast_signed() };
    assert_eq!(look(&scene, &database).await, all, "{moment:?} {wish:?}");
    moment.let_arrive(&scene).await;

    // Whoever asked and got no answer asks again.
    let first = request.make(&scene.api).await;
    request.assert_done(&first);
    let second = request.make(&scene.api).await;
    assert_eq!((second.status, &second.text), (first.status, &first.text), "{moment:?} {wish:?}");
    assert_eq!(look(&scene, &database).await, all, "{moment:?} {wish:?}");
    all_is_told(&database).await;
    let mut quantities = request.quantities;
    quantities.push(wanted);
    assert_eq!(set_quantities(&scene), quantities, "{moment:?} {wish:?}");
}

/// The quantities that Stripe was brought to, in order.
fn set_quantities(scene: &Scene) -> Vec<u64> {
    let item = world::item_of(world::PAID);
    scene.sim.ledger().quantity_changes.iter().filter(|change| change.item == item).map(|change| change.to).collect()
}
