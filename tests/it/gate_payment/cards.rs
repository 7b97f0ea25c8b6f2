//! Cards that do not pay: the right answer, no instance, no money; and once they pay, all of it.

use serde_json::json;
use stripe_sim::{CardOutcome, ProrationBehavior};

use super::{activated, nothing_happened, paid_invoices, refused, scene};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    world::{ADMIN, PAID, item_of},
};

on_both_engines!(
    a_declined_card_buys_nothing,
    a_card_that_needs_its_owner_buys_nothing_and_says_what_to_do,
    a_restore_is_paid_as_well_and_a_refused_one_can_be_tried_again,
    what_is_paid_is_invoiced_at_once_and_an_end_is_credited_later,
);

async fn a_declined_card_buys_nothing(database: &TestDatabase) {
    refused_and_then_paid(database, CardOutcome::Declined, "payment-declined").await;
}

async fn a_card_that_needs_its_owner_buys_nothing_and_says_what_to_do(database: &TestDatabase) {
    refused_and_then_paid(database, CardOutcome::RequiresAction, "payment-action-required").await;
}

async fn refused_and_then_paid(database: &TestDatabase, outcome: CardOutcome, code: &str) {
    let scene = scene(database, |setup| setup).await;
    scene.sim.card(None, outcome);
    let before = scene.sim.ledger();
    let exported = scene.setup.export();
    let body = json!({"featureCode": "f0", "mandateId": PAID});
    let reply = scene.api.post_keyed(ADMIN, "/api/store/activate", "a-key", &body).await;
    refused(&reply, 402, code);
    assert_eq!(reply.header("retry-after"), "", "trying again is of no use by itself");
    nothing_happened(&scene, PAID, 0, &before).await;
    let after = scene.setup.export();
    for section in ["roles", "accesses", "instances", "notifications"] {
        assert_eq!(after[section], exported[section], "{section}");
    }
    let again = scene.api.post_keyed(ADMIN, "/api/store/activate", "a-key", &body).await;
    assert_eq!((again.status, again.code()), (402, code.to_owned()), "the stored answer");
    nothing_happened(&scene, PAID, 0, &before).await;

    scene.sim.card(None, CardOutcome::Ok);
    activated(&scene, PAID, "f0").await;
    assert_eq!((scene.billed(PAID), paid_invoices(&scene, PAID).len()), (1, 1));
}

async fn a_restore_is_paid_as_well_and_a_refused_one_can_be_tried_again(database: &TestDatabase) {
    let scene = scene(database, |setup| setup).await;
    let instance = activated(&scene, PAID, "f0").await;
    assert_eq!(scene.api.deactivate(ADMIN, PAID, "f0", &instance).await.json()["billing"], json!("done"));
    // The credit of the end would pay for the restore: it pays for another one.
    activated(&scene, PAID, "f1").await;
    scene.sim.card(None, CardOutcome::RequiresAction);
    let before = scene.sim.ledger();
    refused(&scene.api.restore(ADMIN, PAID, &instance).await, 402, "payment-action-required");
    assert_eq!(scene.sim.ledger(), before, "money or quantity moved");
    scene.sim.card(None, CardOutcome::Ok);
    let restored = scene.api.restore(ADMIN, PAID, &instance).await;
    assert_eq!((restored.status, restored.json()["gate"].clone()), (200, json!("payment")), "{}", restored.text);
    assert_eq!(scene.billed(PAID), 2);
    let states = scene.api.states(ADMIN, PAID).await;
    assert!(states.iter().all(|(_, state)| state == "active"), "{states:?}");
}

async fn what_is_paid_is_invoiced_at_once_and_an_end_is_credited_later(database: &TestDatabase) {
    let scene = scene(database, |setup| setup).await;
    let body = json!({"featureCode": "f0", "mandateId": PAID});
    let reply = scene.api.post_keyed(ADMIN, "/api/store/activate", "a-key", &body).await;
    let instance = reply.json()["instanceId"].as_str().unwrap().to_owned();
    assert!(paid_invoices(&scene, PAID)[0].total > 0);
    let reply = scene.api.deactivate(ADMIN, PAID, "f0", &instance).await;
    assert_eq!(reply.json()["billing"], json!("done"), "{}", reply.text);
    let ledger = scene.sim.ledger();
    let behaviors: Vec<_> = ledger
        .quantity_changes
        .iter()
        .filter(|change| change.item == item_of(PAID))
        .map(|change| (change.to, change.proration_behavior))
        .collect();
    assert_eq!(behaviors, [(1, ProrationBehavior::AlwaysInvoice), (0, ProrationBehavior::CreateProrations)]);
    assert_eq!(paid_invoices(&scene, PAID).len(), 1, "an end makes no invoice");
    assert!(ledger.pending_lines.iter().any(|line| line.credit && line.amount < 0), "{:?}", ledger.pending_lines);

    let end = reply.json()["change"].as_str().unwrap().to_owned();
    for (id, gate) in [(end, json!(null)), (change_of(database).await, json!("payment"))] {
        let shown = scene.api.get(ADMIN, &format!("/api/store/changes/{id}")).await.json();
        assert_eq!((&shown["state"], &shown["gate"]), (&json!("done"), &gate), "{shown}");
    }
}

/// The id of the only activation.
async fn change_of(database: &TestDatabase) -> String {
    database.text("SELECT id FROM changes WHERE kind = 'activate'").await
}
