//! What happens to an update whose invoice is not paid.

use std::time::Duration;

use serde_json::{Value, json};
use stripe_sim::{Action, CardOutcome, Fault, InvoiceStatus};

use crate::peer::Peer;

const PENDING: &str = "&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete&expand[]=latest_invoice";

#[tokio::test]
async fn error_if_incomplete_changes_nothing() {
    for (outcome, off_session, code) in [
        (CardOutcome::Declined, "", "card_declined"),
        (
            CardOutcome::RequiresAction,
            "",
            "subscription_payment_intent_requires_action",
        ),
        (
            CardOutcome::RequiresAction,
            "&off_session=true",
            "authentication_required",
        ),
    ] {
        let peer = Peer::start().await;
        peer.sim.fault(Fault::once(
            "POST",
            "/v1/subscriptions",
            Action::Card { outcome },
        ));
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
    let body = peer
        .set(
            2,
            "&proration_behavior=always_invoice&expand[]=latest_invoice",
            None,
        )
        .await
        .json();
    assert_eq!((&body["status"], peer.quantity()), (&json!("past_due"), 2));
    assert_eq!(body["latest_invoice"]["status"], "open");
    peer.sim.card(Some("cus_a"), CardOutcome::Ok);
    let invoice = body["latest_invoice"]["id"].as_str().unwrap();
    assert_eq!(
        peer.post(&format!("/v1/invoices/{invoice}/pay"), "", None)
            .await
            .json()["status"],
        "paid"
    );
    assert_eq!(peer.sim.subscription("sub_a").unwrap()["status"], "active");
}

#[tokio::test]
async fn without_an_invoice_the_card_is_not_asked() {
    let peer = Peer::start().await;
    peer.sim.card(None, CardOutcome::Declined);
    assert_eq!(
        peer.set(2, "&payment_behavior=error_if_incomplete", None)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_pending_update_is_applied_when_its_invoice_is_paid() {
    let peer = Peer::start().await;
    peer.sim.card(None, CardOutcome::RequiresAction);
    let body = peer
        .set(2, &format!("{PENDING}&metadata[fi_op]=7"), Some("k"))
        .await
        .json();
    assert_eq!((peer.quantity(), &body["metadata"]), (1, &json!({})));
    assert_eq!(
        body["pending_update"]["subscription_items"][0]["quantity"],
        2
    );
    assert_eq!(body["latest_invoice"]["status"], "open");
    peer.sim.card(None, CardOutcome::Ok);
    let invoice = body["latest_invoice"]["id"].as_str().unwrap();
    assert_eq!(
        peer.post(&format!("/v1/invoices/{invoice}/pay"), "", None)
            .await
            .status,
        200
    );
    let after = peer.sim.subscription("sub_a").unwrap();
    assert_eq!(
        (
            peer.quantity(),
            &after["pending_update"],
            &after["metadata"]["fi_op"]
        ),
        (2, &Value::Null, &json!("7"))
    );
    let change = &peer.sim.ledger().quantity_changes[0];
    assert_eq!(
        (
            change.from,
            change.to,
            change.origin.idempotency_key.as_deref()
        ),
        (1, 2, Some("k"))
    );
    assert!(
        event_types(&peer)
            .await
            .contains(&"customer.subscription.pending_update_applied".to_owned())
    );
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
            assert_ne!(
                peer.sim.subscription("sub_a").unwrap()["pending_update"],
                Value::Null
            );
            peer.sim.advance(Duration::from_secs(1));
        }
        assert_eq!(
            peer.sim.subscription("sub_a").unwrap()["pending_update"],
            Value::Null
        );
        assert_eq!(peer.sim.ledger().invoices[1].status, InvoiceStatus::Void);
        assert_eq!(peer.quantity(), if later_update { 3 } else { 1 });
        assert!(
            event_types(&peer)
                .await
                .contains(&"customer.subscription.pending_update_expired".to_owned())
        );
    }
}

#[tokio::test]
async fn a_new_subscription_pays_or_is_incomplete() {
    let peer = Peer::start().await;
    let form = "customer=cus_a&items[0][price]=price_default&items[0][quantity]=2";
    let body = peer.post("/v1/subscriptions", form, None).await.json();
    assert_eq!(
        (&body["status"], &body["billing_mode"]["type"]),
        (&json!("active"), &json!("flexible"))
    );
    peer.sim.card(None, CardOutcome::Declined);
    assert_eq!(
        peer.post("/v1/subscriptions", form, None).await.json()["status"],
        "incomplete"
    );
    let strict = format!("{form}&payment_behavior=error_if_incomplete");
    assert_eq!(
        peer.post("/v1/subscriptions", &strict, None).await.status,
        402
    );
}

async fn event_types(peer: &Peer) -> Vec<String> {
    let body = peer.get("/v1/events?limit=100").await.json();
    body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect()
}
