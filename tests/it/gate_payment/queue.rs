//! Many activations at once: few invoices, far enough apart, and the right sums; and no more wait than may.

use futures::future::join_all;
use serde_json::json;
use stripe_sim::{Action, Fault, Stage};

use super::{activated, paid_invoices, refused, scene};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, FEATURES, OPEN, item_of},
};

on_both_engines!(
    twelve_at_once_make_few_invoices_with_the_right_sums,
    the_first_invoice_waits_for_nothing_and_the_next_keeps_its_distance,
    no_more_than_twenty_wait,
);

async fn twelve_at_once_make_few_invoices_with_the_right_sums(database: &TestDatabase) {
    let scene = scene(database, |setup| setup).await;
    let replies = join_all(FEATURES.map(|feature| scene.api.activate(ADMIN, OPEN, feature))).await;
    for reply in &replies {
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 12);
    let invoices = paid_invoices(&scene, OPEN);
    assert!((1..=3).contains(&invoices.len()), "{} invoices", invoices.len());

    // Each is charged from its own instant to the end of the period, once.
    let ledger = scene.sim.ledger();
    let end = invoices[0].lines[0].end;
    let expected: i64 = ledger
        .quantity_changes
        .iter()
        .filter(|change| change.item == item_of(OPEN))
        .map(|change| (change.to - change.from).cast_signed() * (end - change.proration_date.unwrap()))
        .sum();
    let paid: i64 = invoices.iter().map(|invoice| invoice.amount_paid).sum();
    let before = ledger.invoices.iter().filter(|invoice| invoice.billing_reason != "subscription_update");
    let billed_before: i64 = before
        .flat_map(|invoice| &invoice.lines)
        .filter(|line| line.item == item_of(OPEN))
        .map(|line| line.quantity.cast_signed() * (line.end - line.start))
        .sum();
    assert_eq!(ledger.billed_unit_seconds(item_of(OPEN)) - billed_before, expected);
    assert!(paid > 0 && paid <= 12 * 9000, "{paid}");
}

async fn the_first_invoice_waits_for_nothing_and_the_next_keeps_its_distance(database: &TestDatabase) {
    let scene = scene(database, |setup| setup).await;
    let put_off = "SELECT count(*) FROM changes WHERE not_before > 0";
    activated(&scene, OPEN, "f0").await;
    assert_eq!(database.number(put_off).await, 0, "nothing went before it");
    activated(&scene, OPEN, "f1").await;
    assert_eq!(database.number(put_off).await, 1);
    let applied: Vec<i64> = updates(&scene);
    assert!(applied[1] - applied[0] >= 6_000, "{applied:?}");
}

/// When the quantity was changed.
fn updates(scene: &Scene) -> Vec<i64> {
    let changes = scene.sim.ledger().quantity_changes;
    changes.iter().filter(|change| change.item == item_of(OPEN)).map(|change| change.at_ms).collect()
}

async fn no_more_than_twenty_wait(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "25s")).await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    let activate = |n: usize| {
        let api = scene.api.clone();
        let body = json!({"featureCode": FEATURES[n % FEATURES.len()], "mandateId": OPEN});
        tokio::spawn(async move { api.post_keyed(ADMIN, "/api/store/activate", &format!("key-{n}"), &body).await })
    };
    let first = activate(0);
    eventually("Stripe holds the first", || async { scene.sim.held() == 1 }).await;
    let others: Vec<_> = (1..=20).map(activate).collect();
    let waiting = "SELECT count(*) FROM changes WHERE state = 'queued'";
    eventually("twenty wait", || async { database.number(waiting).await == 20 }).await;
    let reply = activate(21).await.unwrap();
    let reason = refused(&reply, 503, "too-many-waiting");
    assert_eq!((reason["params"]["limit"].clone(), reply.header("retry-after")), (json!(20), "30"));
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 21, "nothing of it is reserved");
    scene.sim.release();
    for request in others.into_iter().chain([first]) {
        let reply = request.await.unwrap();
        assert_eq!((reply.status, reply.json()["gate"].clone()), (200, json!("quantity")), "{}", reply.text);
    }
    assert_eq!(scene.billed(OPEN), 21);
    assert_eq!(updates(&scene).len(), 2, "all that waited went together");
    let again = activate(21).await.unwrap();
    assert_eq!(again.status, 200, "there is room, and the key was not used up: {}", again.text);
}
