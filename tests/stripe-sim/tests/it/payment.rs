//! What happens to an update whose invoice is not paid.

use std::time::Duration;

use serde_json::{Value, json};
use stripe_sim::{Action, CardOutcome, Fault, InvoiceStatus};

use crate::peer::Peer;

const PENDING: &str =
    "&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete&expand[]=latest_invoice";

#[tokio::test]
async fn error_if_incomplete_changes_nothing() {
    for (outcome, off_session, code) in [
        (CardOutcome::Declined, "", "card_declined"),
        (CardOutcome::RequiresAction, "", "subscription_payment_intent_requires_action"),
        (CardOutcome::RequiresAction, "&off_session=true", "authentication_required"),
    ] {
        let peer = Peer::start().await;
        peer.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Card { outcome }));
        let (before, ledger) = (peer.sim.subscription("sub_a"), peer.sim.ledger());
        let more = format!(
            "&proration_behavior=always_invoice&payment_behavior=error_if_incomplete&metadata[fi_op]=1{off_session}"
        );
        let refused = peer.set(2, &more, None).await;
        assert_eq!(
            (refused.status, refused.error("type"), refused.error("code")),
            (402, "card_error".into(), code.into())
        );
        assert_eq!(peer.sim.subscription("sub_a"), before);
        assert_eq!(peer.sim.ledger(), ledger);
    }
}

#[tokio::test]
async fn allow_incomplete_applies_the_change_and_owes() {
    let peer = Peer::start().await;
    peer.sim.card(Some("cus_a"), CardOutcome::Declined);
    let body = peer.set(2, "&proration_behavior=always_invoice&expand[]=latest_invoice", None).await.json();
    assert_eq!((&body["status"], peer.quantity()), (&json!("past_due"), 2));
    assert_eq!(body["latest_invoice"]["status"], "open");
    peer.sim.card(Some("cus_a"), CardOutcome::Ok);
    let invoice = body["latest_invoice"]["id"].as_str().unwrap();
    assert_eq!(peer.post(&format!("/v1/invoices/{invoice}/pay"), "", None).await.json()["status"], "paid");
    assert_eq!(peer.sim.subscription("sub_a").unwrap()["status"], "active");
}

#[tokio::test]
async fn without_an_invoice_the_card_is_not_asked() {
    let peer = Peer::start().await;
    peer.sim.card(None, CardOutcome::Declined);
    assert_eq!(peer.set(2, "&payment_behavior=error_if_incomplete", None).await.status, 200);
}

#[tokio::test]
async fn a_pending_update_is_applied_when_its_invoice_is_paid() {
    let peer = Peer::start().await;
    peer.sim.card(None, CardOutcome::RequiresAction);
    let body = peer.set(2, &format!("{PENDING}&metadata[fi_op]=7"), Some("k")).await.json();
    assert_eq!((peer.quantity(), &body["metadata"]), (1, &json!({})));
    assert_eq!(body["pending_update"]["subscription_items"][0]["quantity"], 2);
    assert_eq!(body["latest_invoice"]["status"], "open");
    peer.sim.card(None, CardOutcome::Ok);
    let invoice = body["latest_invoice"]["id"].as_str().unwrap();
    assert_eq!(peer.post(&format!("/v1/invoices/{invoice}/pay"), "", None).await.status, 200);
    let after = peer.sim.subscription("sub_a").unwrap();
    assert_eq!(
        (peer.quantity(), &after["pending_update"], &after["metadata"]["fi_op"]),
        (2, &Value::Null, &json!("7"))
    );
    let change = &peer.sim.ledger().quantity_changes[0];
    assert_eq!((change.from, change.to, change.origin.idempotency_key.as_deref()), (1, 2, Some("k")));
    assert!(event_types(&peer).await.contains(&"customer.subscription.pending_update_applied".to_owned()));
}

#[tokio::test]
async fn a_pending_update_expires_after_23_hours_or_by_a_later_update() {
    for later_update in [false, true] {
        let peer = Peer::start().await;
        peer.sim.card(None, CardOutcome::Declined);
        assert_eq!(peer.set(2, PENDING, None).await.status, 200);
        if later_update {
            assert_eq!(peer.set(3, "", None).await.status, 200);
        } else {
            peer.sim.advance(Duration::from_secs(23 * 3600 - 1));
            assert_ne!(peer.sim.subscription("sub_a").unwrap()["pending_update"], Value::Null);
            peer.sim.advance(Duration::from_secs(1));
        }
        assert_eq!(peer.sim.subscription("sub_a").unwrap()["pending_update"], Value::Null);
        assert_eq!(peer.sim.ledger().invoices[1].status, InvoiceStatus::Void);
        assert_eq!(peer.quantity(), if later_update { 3 } else { 1 });
        assert!(event_types(&peer).await.contains(&"customer.subscription.pending_update_expired".to_owned()));
    }
}

#[tokio::test]
async fn a_new_subscription_pays_or_is_incomplete() {
    let peer = Peer::start().await;
    let form = "customer=cus_a&items[0][price]=price_default&items[0][quantity]=2";
    let body = peer.post("/v1/subscriptions", form, None).await.json();
    assert_eq!((&body["status"], &body["billing_mode"]["type"]), (&json!("active"), &json!("flexible")));
    peer.sim.card(None, CardOutcome::Declined);
    assert_eq!(peer.post("/v1/subscriptions", form, None).await.json()["status"], "incomplete");
    let strict = format!("{form}&payment_behavior=error_if_incomplete");
    assert_eq!(peer.post("/v1/subscriptions", &strict, None).await.status, 402);
}

async fn event_types(peer: &Peer) -> Vec<String> {
    let body = peer.get("/v1/events?limit=100").await.json();
    body["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn giving_up_a_pending_update_lets_older_lines_wait_again() {
    let peer = Peer::start().await;
    assert_eq!(peer.set(2, "", None).await.status, 200);
    let waiting = peer.sim.ledger().pending_lines;
    peer.sim.card(None, CardOutcome::Declined);
    assert_eq!(peer.set(3, PENDING, None).await.status, 200);
    assert!(peer.sim.ledger().pending_lines.is_empty());
    peer.sim.advance(Duration::from_secs(23 * 3600));
    assert_eq!(peer.sim.ledger().pending_lines, waiting);
}

#[tokio::test]
async fn a_refused_update_leaves_the_pending_one() {
    let peer = Peer::start().await;
    peer.sim.card(None, CardOutcome::Declined);
    assert_eq!(peer.set(2, PENDING, None).await.status, 200);
    let (before, ledger) = (peer.sim.subscription("sub_a"), peer.sim.ledger());
    let more = "&proration_behavior=always_invoice&payment_behavior=error_if_incomplete";
    assert_eq!(peer.set(3, more, None).await.status, 402);
    assert_eq!((peer.sim.subscription("sub_a"), peer.sim.ledger()), (before, ledger));
}

#[tokio::test]
async fn items_are_added_and_removed_with_their_prorations() {
    let peer = Peer::start().await;
    let form = "currency=chf&unit_amount=500&product_data[name]=Seat&recurring[interval]=month";
    let price = peer.post("/v1/prices", form, None).await.json()["id"].as_str().unwrap().to_owned();
    let form = format!("items[0][price]={price}&items[0][quantity]=3&items[1][price]={price}");
    let items = peer.post("/v1/subscriptions/sub_a", &form, None).await.json()["items"]["data"].clone();
    let ids: Vec<_> = items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 3);
    let lines = peer.sim.ledger().pending_lines;
    let billed: Vec<_> = lines.iter().map(|line| (line.item.as_str(), line.amount)).collect();
    assert_eq!(billed, [(ids[1].as_str(), 1500), (ids[2].as_str(), 500)], "the whole period is left");
    let form = format!("items[0][id]={}&items[0][deleted]=true", ids[1]);
    assert_eq!(peer.post("/v1/subscriptions/sub_a", &form, None).await.status, 200);
    assert_eq!(peer.sim.quantity(&ids[1]), None);
    assert_eq!(peer.sim.ledger().billed_unit_seconds(&ids[1]), 0);
}
