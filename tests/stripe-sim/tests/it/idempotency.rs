//! Idempotency keys: what is replayed, what is not, and for how long.

use std::time::Duration;

use stripe_sim::{Action, BodyKind, CardOutcome, Fault, Stage};

use crate::peer::{DEADLINE, Peer, quantity_form};

#[tokio::test]
async fn the_same_request_is_replayed_and_applied_once() {
    let peer = Peer::start().await;
    let first = peer.set(3, "", Some("k")).await;
    peer.set(5, "", None).await;
    let again = peer.set(3, "", Some("k")).await;
    assert_eq!((again.status, &again.text), (200, &first.text));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.header("original-request"), first.header("request-id"));
    assert_ne!(again.header("request-id"), first.header("request-id"));
    assert_eq!(first.header("idempotent-replayed"), None);
    assert_eq!(peer.quantity(), 5, "the replay did not set it back");
}

#[tokio::test]
async fn other_parameters_or_another_endpoint_are_an_error() {
    let peer = Peer::start().await;
    peer.set(3, "", Some("k")).await;
    for (path, form) in [
        ("/v1/subscriptions/sub_a", quantity_form(4, "")),
        ("/v1/subscriptions/sub_a", quantity_form(3, "&proration_behavior=none")),
        ("/v1/subscription_items/si_a", "quantity=3".to_owned()),
    ] {
        let refused = peer.post(path, &form, Some("k")).await;
        assert_eq!((refused.status, refused.error("type")), (400, "idempotency_error".into()), "{path} {form}");
    }
    assert_eq!(peer.quantity(), 3);
}

#[tokio::test]
async fn the_order_of_parameters_does_not_matter() {
    let peer = Peer::start().await;
    peer.post("/v1/subscription_items/si_a", "quantity=2&proration_behavior=none", Some("k")).await;
    let again = peer.post("/v1/subscription_items/si_a", "proration_behavior=none&quantity=2", Some("k")).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
}

#[tokio::test]
async fn what_was_not_executed_is_not_saved() {
    let peer = Peer::start().await;
    let invalid = peer.post("/v1/subscription_items/si_a", "quantity=-1", Some("k")).await;
    assert_eq!(invalid.status, 400);
    let unauthenticated = peer
        .http
        .post(format!("{}/v1/subscription_items/si_a", peer.sim.url()))
        .header("authorization", "Bearer nobody")
        .header("idempotency-key", "k")
        .body("quantity=7");
    assert_eq!(unauthenticated.send().await.unwrap().status(), 401);
    let limited = Action::Status {
        status: 429,
        body: BodyKind::Json,
        at: Stage::Before,
        code: Some("lock_timeout".to_owned()),
        should_retry: Some(true),
        saved: None,
    };
    peer.sim.fault(Fault::once("POST", "/v1", limited));
    let limited = peer.post("/v1/subscription_items/si_a", "quantity=3", Some("k")).await;
    assert_eq!((limited.status, limited.header("stripe-should-retry")), (429, Some("true")));
    let corrected = peer.post("/v1/subscription_items/si_a", "quantity=2", Some("k")).await;
    assert_eq!((corrected.status, corrected.header("idempotent-replayed")), (200, None));
    assert_eq!(peer.quantity(), 2);
}

#[tokio::test]
async fn a_decline_is_saved_even_if_the_card_works_later() {
    let peer = Peer::start().await;
    peer.sim.card(None, CardOutcome::Declined);
    let more = "&proration_behavior=always_invoice&payment_behavior=error_if_incomplete";
    assert_eq!(peer.set(2, more, Some("k")).await.status, 402);
    peer.sim.card(None, CardOutcome::Ok);
    let again = peer.set(2, more, Some("k")).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (402, Some("true")));
    assert_eq!(again.header("stripe-should-retry"), Some("false"));
    assert_eq!(peer.set(2, more, Some("k2")).await.status, 200);
}

/// A status, where it is given, whether the quantity is applied by it, and what the same key answers afterwards.
#[tokio::test]
async fn injected_answers_are_remembered_as_stripe_would() {
    for (status, body, at, applied, later) in [
        (500, BodyKind::Json, Stage::After, true, 500),
        (500, BodyKind::Json, Stage::Before, false, 500),
        (502, BodyKind::Html, Stage::After, true, 200),
        (502, BodyKind::Html, Stage::Before, false, 200),
        (503, BodyKind::Empty, Stage::After, true, 200),
        (409, BodyKind::Json, Stage::Before, false, 200),
    ] {
        let peer = Peer::start().await;
        let action = Action::Status { status, body, at, code: None, should_retry: None, saved: None };
        peer.sim.fault(Fault::once("POST", "/v1/subscriptions", action));
        let case = format!("{status} {body:?} {at:?}");
        assert_eq!(peer.set(2, "", Some("k")).await.status, status, "{case}");
        assert_eq!(peer.quantity(), if applied { 2 } else { 1 }, "{case}");
        assert_eq!(peer.set(2, "", Some("k")).await.status, later, "{case}");
        assert_eq!(
            peer.sim.ledger().quantity_changes.len(),
            usize::from(applied || later == 200),
            "{case}: at most once"
        );
    }
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let peer = Peer::start().await;
    peer.set(2, "", Some("k")).await;
    peer.sim.advance(Duration::from_secs(24 * 3600 - 1));
    assert_eq!(peer.set(2, "", Some("k")).await.header("idempotent-replayed"), Some("true"));
    peer.sim.advance(Duration::from_secs(1));
    assert_eq!(peer.set(3, "", Some("k")).await.header("idempotent-replayed"), None);
    assert_eq!(peer.quantity(), 3);
}

#[tokio::test]
async fn a_key_in_flight_is_a_conflict() {
    let peer = Peer::start().await;
    peer.sim.fault(Fault::once("POST", "/v1", Action::Hold { at: Stage::Before }));
    let first = tokio::spawn(peer.posting("/v1/subscriptions/sub_a", &quantity_form(2, ""), Some("k")).send());
    assert!(peer.sim.wait_until(DEADLINE, |sim| sim.held() == 1).await);
    let second = peer.set(2, "", Some("k")).await;
    assert_eq!((second.status, second.error("code")), (409, "idempotency_key_in_use".into()));
    assert_eq!(second.header("stripe-should-retry"), Some("true"));
    peer.sim.release();
    assert_eq!(first.await.unwrap().unwrap().status(), 200);
    assert_eq!(peer.set(2, "", Some("k")).await.header("idempotent-replayed"), Some("true"));
}
