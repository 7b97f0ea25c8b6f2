//! The gate `payment`: what costs money is invoiced and paid at once, or nothing of it happens.

mod budget;
mod cards;
mod limits;
mod queue;

use serde_json::Value;
use stripe_sim::{InvoiceStatus, Ledger, LedgerInvoice};

use crate::{
    api::Reply,
    engines::TestDatabase,
    host::Setup,
    scene::Scene,
    world::{ADMIN, item_of},
};

/// A scene with the gate `payment`. Requests wait for longer than operations keep apart, whatever else the machine does.
async fn scene(database: &TestDatabase, settings: impl FnOnce(Setup) -> Setup) -> Scene {
    Scene::with(database, |setup| {
        settings(setup.with("TURNPIKE_BILLING_GATE", "payment").with("TURNPIKE_BILLING_WAIT", "25s"))
    })
    .await
}

/// Activates as the admin and expects it done, paid and usable.
async fn activated(scene: &Scene, mandate: &str, feature: &str) -> String {
    let reply = scene.api.activate(ADMIN, mandate, feature).await;
    let body = reply.json();
    assert_eq!((reply.status, &body["activated"], &body["gate"]), (200, &true.into(), &"payment".into()), "{body}");
    body["instanceId"].as_str().unwrap().to_owned()
}

/// Asserts what a refusal says: status, code, what to do, and that it is the only reason. Returns the reason.
#[track_caller]
fn refused(reply: &Reply, status: u16, code: &str) -> Value {
    assert_eq!((reply.status, reply.code().as_str()), (status, code), "{}", reply.text);
    let body = reply.json();
    let [reason] = body["reasons"].as_array().unwrap().as_slice() else { panic!("{body}") };
    assert!(reason["fix"].as_str().is_some_and(|fix| fix.len() > 20), "{reason}");
    reason.clone()
}

/// Asserts that there are so many instances, none of them reserved, and that Stripe knows of nothing new.
async fn nothing_happened(scene: &Scene, mandate: &str, instances: usize, before: &Ledger) {
    let states = scene.api.states(ADMIN, mandate).await;
    assert!(states.len() == instances && states.iter().all(|(_, state)| state == "active"), "{states:?}");
    assert_eq!(&scene.sim.ledger(), before, "money or quantity moved");
}

/// The invoices of activations in a mandate, oldest first, each of them paid.
fn paid_invoices(scene: &Scene, mandate: &str) -> Vec<LedgerInvoice> {
    let ledger = scene.sim.ledger();
    let of_updates = ledger.invoices.into_iter().filter(|invoice| {
        invoice.billing_reason == "subscription_update"
            && invoice.lines.iter().any(|line| line.item == item_of(mandate))
    });
    let invoices: Vec<LedgerInvoice> = of_updates.collect();
    for invoice in &invoices {
        assert_eq!((invoice.status, invoice.amount_paid), (InvoiceStatus::Paid, invoice.total), "{invoice:?}");
        assert_eq!(invoice.total, invoice.lines.iter().map(|line| line.amount).sum::<i64>(), "{invoice:?}");
    }
    invoices
}
