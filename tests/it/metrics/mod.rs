//! What monitoring is told: numbers that follow what happens, and nothing that is secret.

use std::collections::BTreeSet;

use stripe_sim::{Action, BodyKind, Fault, Stage};
use turnpike::{metrics, ports::store::health::BillingHealth};

use crate::{
    api::Api,
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    scene::{Scene, eventually},
    world::{ADMIN, PAID},
};

on_both_engines!(an_operation_in_doubt_is_seen_until_it_is_resolved,);

async fn an_operation_in_doubt_is_seen_until_it_is_resolved(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| {
        setup.with("TURNPIKE_METRICS_LISTEN", "127.0.0.1:0").with("TURNPIKE_BILLING_WAIT", "4s")
    })
    .await;
    let metrics = Api::new(&format!("http://{}", scene.host.logged("metrics are served", "address")));
    let number = |name: &'static str| {
        let metrics = metrics.clone();
        async move { value(&metrics.get(ADMIN, "/metrics").await.text, name) }
    };
    assert_eq!(number("turnpike_ledger_unresolved_operations").await, 0.0);
    let down = Action::Status {
        status: 500,
        body: BodyKind::Html,
        at: Stage::Before,
        code: None,
        should_retry: None,
        saved: None,
    };
    scene.sim.fault(Fault::always("POST", "/v1/subscriptions", down));
    let reply = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    eventually("it is in doubt", || async { number("turnpike_ledger_in_doubt_operations").await == 1.0 }).await;
    assert!(number("turnpike_ledger_oldest_unresolved_seconds").await > 0.0);
    scene.sim.clear_faults();
    eventually("it is resolved", || async { number("turnpike_ledger_unresolved_operations").await == 0.0 }).await;
    assert_eq!(number("turnpike_ledger_oldest_unresolved_seconds").await, 0.0);
    eventually("its notice waits", || async { number("turnpike_outbox_waiting_notices").await == 1.0 }).await;
    // Only the numbers' own listener tells them.
    assert_eq!(scene.api.get(ADMIN, "/metrics").await.status, 404);
}

#[tokio::test]
async fn without_the_setting_nothing_listens() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    assert!(!scene.host.log().contains("metrics are served"));
}

#[test]
fn every_name_is_told_once() {
    let health = BillingHealth { unresolved: 3, oldest_unresolved: 1500, ..BillingHealth::default() };
    let text = metrics::exposition(&health, 7).expect("a text");
    for name in metrics::names() {
        assert_eq!(text.matches(&format!("\n{name} ")).count(), 1, "{name}\n{text}");
    }
    assert_eq!(value(&text, "turnpike_ledger_unresolved_operations"), 3.0);
    assert_eq!(value(&text, "turnpike_ledger_oldest_unresolved_seconds"), 1.5);
    assert_eq!(value(&text, "turnpike_decisions_dropped_total"), 7.0);
}

#[test]
fn the_operators_page_names_every_metric_and_no_other() {
    let page = include_str!("../../../docs/billing.md");
    let named: BTreeSet<&str> = page
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
        .filter(|word| word.starts_with("turnpike_") && *word != "turnpike_mandate")
        .collect();
    assert_eq!(named, metrics::names().collect());
}

/// The value of a gauge in the text format.
fn value(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no `{name}` in\n{text}")).parse().expect("a number")
}
