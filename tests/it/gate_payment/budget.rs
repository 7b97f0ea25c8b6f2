//! The budget of invoices: past it activations are refused until there is room again, and nothing else is.

use serde_json::json;

use super::{activated, nothing_happened, paid_invoices, refused, scene};
use crate::{
    api::Api,
    done_right::on_both_engines,
    engines::TestDatabase,
    world::{ADMIN, FREE, OPEN, PAID},
};

on_both_engines!(past_the_budget_nothing_is_bought_until_there_is_room, an_invoice_that_may_have_been_made_counts);

const DAY: i64 = 24 * 60 * 60;

async fn past_the_budget_nothing_is_bought_until_there_is_room(database: &TestDatabase) {
    let scene = scene(database, |setup| setup.with("TURNPIKE_INVOICE_BUDGET", "1")).await;
    let instance = activated(&scene, PAID, "f0").await;
    let before = scene.sim.ledger();
    let reply = scene.api.activate(ADMIN, PAID, "f1").await;
    let reason = refused(&reply, 503, "invoice-budget-used");
    assert_eq!(reason["params"]["limit"], json!(1));
    let seconds: i64 = reply.header("retry-after").parse().unwrap();
    assert!((DAY - 60..=DAY).contains(&seconds), "{seconds}");
    let retry_at = reason["params"]["retryAt"].as_i64().unwrap();
    let made = database.number("SELECT settled_at FROM operations WHERE gate = 'payment'").await;
    assert_eq!(retry_at, made + DAY * 1000);
    nothing_happened(&scene, PAID, 1, &before).await;

    // The page says the same; and each subscription, each gate and what is free have nothing to do with it.
    let shown = scene.api.get(ADMIN, &format!("/api/store/features?mandateId={PAID}")).await.json();
    assert_eq!(
        (&shown[1]["canActivate"], &shown[1]["reasons"][0]["code"]),
        (&json!(false), &reason["code"]),
        "{shown}"
    );
    activated(&scene, OPEN, "f1").await;
    assert_eq!(scene.api.activate(ADMIN, FREE, "f1").await.status, 200);
    let by_quantity = scene.setup.clone().with("TURNPIKE_BILLING_GATE", "quantity").serve();
    let reply = Api::new(&by_quantity.url).activate(ADMIN, PAID, "f2").await;
    assert_eq!((reply.status, reply.json()["gate"].clone()), (200, json!("quantity")), "{}", reply.text);

    // An end is never refused for billing, and makes no room.
    let end = scene.api.deactivate(ADMIN, PAID, "f0", &instance).await;
    assert_eq!(end.json()["billing"], json!("done"), "{}", end.text);
    refused(&scene.api.activate(ADMIN, PAID, "f1").await, 503, "invoice-budget-used");
    assert_eq!(paid_invoices(&scene, PAID).len(), 1);

    let day = DAY * 1000;
    database.execute(&format!("UPDATE operations SET settled_at = settled_at - {day} WHERE gate = 'payment'")).await;
    activated(&scene, PAID, "f1").await;
    assert_eq!(paid_invoices(&scene, PAID).len(), 2);
}

async fn an_invoice_that_may_have_been_made_counts(database: &TestDatabase) {
    let scene = scene(database, |setup| setup.with("TURNPIKE_INVOICE_BUDGET", "1")).await;
    activated(&scene, PAID, "f0").await;
    for (state, counts) in [("in_doubt", true), ("sent", true), ("prepared", true), ("rejected", false)] {
        database
            .execute(&format!(
                "UPDATE operations SET state = '{state}', settled_at = NULL, lease_until = 9000000000000 \
                 WHERE gate = 'payment'"
            ))
            .await;
        let shown = scene.api.get(ADMIN, &format!("/api/store/features?mandateId={PAID}")).await.json();
        let told = shown[1]["reasons"].as_array().unwrap().iter().any(|one| one["code"] == "invoice-budget-used");
        assert_eq!(told, counts, "{state}: {shown}");
    }
}
