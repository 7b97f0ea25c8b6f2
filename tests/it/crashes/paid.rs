//! The same moments where activations are paid at once: after a SIGKILL and a restart there is one invoice, paid.

use stripe_sim::InvoiceStatus;

use super::{
    look::{Found, look},
    moment::Moment,
    wish::Wish,
};
use crate::{done_right::on_both_engines, engines::TestDatabase, scene::Scene};

on_both_engines!(
    paid_once_though_the_request_was_on_its_way,
    paid_once_though_stripe_was_at_it,
    paid_once_though_the_answer_was_lost,
);

async fn paid_once_though_the_request_was_on_its_way(database: &TestDatabase) {
    paid_once(Moment::OnItsWay, database).await;
}

async fn paid_once_though_stripe_was_at_it(database: &TestDatabase) {
    paid_once(Moment::BeforeApplied, database).await;
}

async fn paid_once_though_the_answer_was_lost(database: &TestDatabase) {
    paid_once(Moment::Applied, database).await;
}

async fn paid_once(moment: Moment, database: &TestDatabase) {
    let mut scene = Scene::with(database, |setup| {
        setup
            .with("TURNPIKE_BILLING_GATE", "payment")
            .with("TURNPIKE_LEDGER_LEASE", "2s")
            .with("TURNPIKE_LOG", "info,turnpike::adapters::stripe=debug")
    })
    .await;
    let request = Wish::Activate.prepare(&scene).await;
    // As if the first invoice had been made a minute ago: this one need not keep its distance.
    database.execute("UPDATE operations SET settled_at = settled_at - 60000").await;
    moment.kill(&mut scene, &request).await;
    // The setting of the next host does not change a request that may be under way.
    scene.setup = scene.setup.clone().with("TURNPIKE_BILLING_GATE", "quantity");
    scene.restart();
    let both = Found { active: 2, billed: 2 };
    assert_eq!(look(&scene, database).await, both, "{moment:?}");
    moment.let_arrive(&scene).await;
    request.assert_done(&request.make(&scene.api).await);
    assert_eq!(look(&scene, database).await, both, "{moment:?}");
    let invoices = scene.sim.ledger().invoices;
    let of_updates: Vec<_> =
        invoices.iter().filter(|invoice| invoice.billing_reason == "subscription_update").collect();
    assert_eq!(of_updates.len(), 2, "{moment:?}: {of_updates:?}");
    assert!(of_updates.iter().all(|invoice| invoice.status == InvoiceStatus::Paid), "{of_updates:?}");
}
