//! Planned faults: what the client sees, and whether the update was applied.

use std::time::Duration;

use stripe_sim::{Action, Cut, Fault, Stage};

use crate::peer::{DEADLINE, Peer, quantity_form};

#[tokio::test]
async fn dropped_connections_are_errors_and_the_same_key_settles_them() {
    for (action, applied) in [
        (Action::Drop { at: Stage::Before, how: Cut::Rst }, false),
        (Action::Drop { at: Stage::Before, how: Cut::Close }, false),
        (Action::Drop { at: Stage::After, how: Cut::Rst }, true),
        (Action::Drop { at: Stage::After, how: Cut::Close }, true),
    ] {
        let peer = Peer::start().await;
        peer.sim.fault(Fault::once("POST", "/v1/subscriptions", action.clone()));
        let sent = peer.posting("/v1/subscriptions/sub_a", &quantity_form(2, ""), Some("k")).send().await;
        assert!(sent.is_err(), "{action:?}");
        assert_eq!(peer.quantity(), if applied { 2 } else { 1 }, "{action:?}");
        let again = peer.set(2, "", Some("k")).await;
        assert_eq!((again.status, again.header("idempotent-replayed").is_some()), (200, applied), "{action:?}");
        assert_eq!(peer.quantity(), 2);
    }
}

#[tokio::test]
async fn a_truncated_answer_was_applied() {
    let peer = Peer::start().await;
    peer.sim.fault(Fault::once("POST", "/v1", Action::Truncate));
    let answer = peer.posting("/v1/subscriptions/sub_a", &quantity_form(2, ""), Some("k")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.is_err(), "the body breaks off");
    assert_eq!(peer.quantity(), 2);
}

#[tokio::test]
async fn a_stalled_answer_was_applied_and_never_comes() {
    let peer = Peer::start().await;
    peer.sim.fault(Fault::once("POST", "/v1", Action::Stall));
    let request = peer.posting("/v1/subscriptions/sub_a", &quantity_form(2, ""), Some("k"));
    let sent = tokio::spawn(request.send());
    assert!(peer.sim.wait_until(DEADLINE, |sim| sim.requests().len() == 1).await);
    assert_eq!(peer.quantity(), 2);
    assert_eq!(peer.sim.requests()[0].status, None);
    assert!(!sent.is_finished());
    peer.sim.stop().await;
    assert!(sent.await.unwrap().is_err(), "only the end of the server ends it");
}

#[tokio::test]
async fn a_late_request_is_applied_though_its_sender_is_gone() {
    let peer = Peer::start().await;
    peer.sim.fault(Fault::once("POST", "/v1", Action::Hold { at: Stage::Arrival }));
    let sent = tokio::spawn(peer.posting("/v1/subscriptions/sub_a", &quantity_form(2, ""), Some("k")).send());
    assert!(peer.sim.wait_until(DEADLINE, |sim| sim.held() == 1).await);
    sent.abort();
    assert!(sent.await.is_err());
    // Nothing is taken yet: another request with another key goes through, and the late one overwrites it.
    assert_eq!(peer.set(7, "", Some("other")).await.status, 200);
    peer.sim.release();
    assert!(peer.sim.wait_until(DEADLINE, |sim| sim.quantity("si_a") == Some(2)).await);
}

#[tokio::test]
async fn a_late_duplicate_is_only_a_replay() {
    let peer = Peer::start().await;
    peer.sim.fault(Fault::once("POST", "/v1", Action::Hold { at: Stage::Arrival }));
    let late = tokio::spawn(peer.posting("/v1/subscriptions/sub_a", &quantity_form(2, ""), Some("k")).send());
    assert!(peer.sim.wait_until(DEADLINE, |sim| sim.held() == 1).await);
    assert_eq!(peer.set(2, "", Some("k")).await.status, 200);
    assert_eq!(peer.set(5, "", Some("next")).await.status, 200);
    peer.sim.release();
    assert_eq!(late.await.unwrap().unwrap().headers()["idempotent-replayed"], "true");
    assert_eq!(peer.quantity(), 5);
}

#[tokio::test]
async fn overlapping_writes_to_one_subscription_are_a_lock_timeout() {
    let peer = Peer::start().await;
    peer.sim.seed_item("si_b", "sub_b", 1);
    peer.sim.fault(Fault::once("POST", "/v1", Action::Hold { at: Stage::Before }));
    let first = tokio::spawn(peer.posting("/v1/subscriptions/sub_a", &quantity_form(2, ""), Some("k")).send());
    assert!(peer.sim.wait_until(DEADLINE, |sim| sim.held() == 1).await);
    let second = peer.post("/v1/subscription_items/si_a", "quantity=9", Some("k2")).await;
    assert_eq!((second.status, second.error("code")), (429, "lock_timeout".into()));
    assert_eq!(second.header("stripe-should-retry"), Some("true"));
    let elsewhere = peer.post("/v1/subscription_items/si_b", "quantity=9", None).await;
    assert_eq!(elsewhere.status, 200, "another subscription is not locked");
    assert_eq!(peer.get("/v1/subscriptions/sub_a").await.status, 200, "reading needs no lock");
    peer.sim.release();
    assert_eq!(first.await.unwrap().unwrap().status(), 200);
    let retried = peer.post("/v1/subscription_items/si_a", "quantity=9", Some("k2")).await;
    assert_eq!((retried.status, peer.quantity()), (200, 9), "the refusal was not saved under the key");
}

#[tokio::test]
async fn faults_are_used_in_order_by_those_they_match() {
    let peer = Peer::start().await;
    let body = r#"{"faults": [
        {"match": {"method": "POST", "path": "/v1/invoices"}, "action": {"type": "stall"}},
        {"match": {"method": "GET"}, "times": 2, "action": {"type": "status", "status": 503, "body": "empty"}},
        {"match": {"method": "GET"}, "action": {"type": "status", "status": 418, "body": "html"}},
        {"match": {"path": "/v1/events"}, "times": "forever", "action": {"type": "delay", "ms": 1, "at": "after"}}
    ]}"#;
    let planned = peer.http.post(format!("{}/_sim/faults", peer.sim.url())).header("content-type", "application/json");
    assert_eq!(planned.body(body).send().await.unwrap().status(), 204);
    let mut seen = Vec::new();
    for _ in 0..5 {
        let answer = peer.get("/v1/events").await;
        seen.push((answer.status, answer.text.chars().next()));
    }
    assert_eq!(seen, [(503, None), (503, None), (418, Some('<')), (200, Some('{')), (200, Some('{'))]);
    assert_eq!(peer.sim.faults_left(), 2);
    assert_eq!(peer.http.delete(format!("{}/_sim/faults", peer.sim.url())).send().await.unwrap().status(), 204);
    assert_eq!(peer.sim.faults_left(), 0);
}

#[tokio::test]
async fn a_delay_outlasts_an_impatient_client() {
    let peer = Peer::start().await;
    peer.sim.fault(Fault::once("POST", "/v1", Action::Delay { ms: 300, at: Stage::Before }));
    let request = peer.posting("/v1/subscriptions/sub_a", &quantity_form(2, ""), Some("k"));
    assert!(request.timeout(Duration::from_millis(50)).send().await.unwrap_err().is_timeout());
    assert_eq!(peer.quantity(), 1);
    assert!(peer.sim.wait_until(DEADLINE, |sim| sim.quantity("si_a") == Some(2)).await, "it is applied all the same");
}
