//! Webhooks: signed, retried, with the request's idempotency key; and the list of events for those that were missed.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use serde_json::Value;
use stripe_sim::{Edit, Endpoint, signature};

use crate::peer::{DEADLINE, Peer};

type Inbox = Arc<Mutex<Vec<(String, String)>>>;

/// A receiver that fails the first `failures` deliveries.
async fn receiver(failures: usize) -> (String, Inbox) {
    let inbox = Inbox::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let take = move |State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes| async move {
        let mut inbox = inbox.lock().unwrap();
        let header = headers["stripe-signature"].to_str().unwrap().to_owned();
        inbox.push((header, String::from_utf8(body.to_vec()).unwrap()));
        if inbox.len() <= failures { axum::http::StatusCode::INTERNAL_SERVER_ERROR } else { axum::http::StatusCode::OK }
    };
    let router = Router::new().route("/hook", post(take)).with_state(Arc::clone(&inbox));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, inbox)
}

fn only(kind: &str, url: &str) -> Endpoint {
    Endpoint { enabled_events: vec![kind.to_owned()], retry_ms: 1, ..Endpoint::new(url, "whsec_1") }
}

#[test]
fn the_signature_is_the_one_that_openssl_computes() {
    // printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
    let expected = "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
    assert_eq!(signature("whsec_test", 1_700_000_000, r#"{"id":"evt_1"}"#), expected);
}

#[tokio::test]
async fn an_update_is_delivered_signed_and_names_its_idempotency_key() {
    let peer = Peer::start().await;
    let (url, inbox) = receiver(0).await;
    peer.sim.webhook(only("customer.subscription.updated", &url));
    peer.set(2, "", Some("op:1")).await;
    assert!(peer.sim.wait_until(DEADLINE, |sim| sim.deliveries().len() == 1).await);
    let (header, payload) = inbox.lock().unwrap()[0].clone();
    let timestamp = header.split(['=', ',']).nth(1).unwrap().parse().unwrap();
    assert_eq!(header, signature("whsec_1", timestamp, &payload));
    let event: Value = serde_json::from_str(&payload).unwrap();
    assert_eq!(event["type"], "customer.subscription.updated");
    assert_eq!(event["request"]["idempotency_key"], "op:1");
    assert_eq!(event["data"]["object"]["items"]["data"][0]["quantity"], 2);
    assert_eq!(event["data"]["previous_attributes"]["items"]["data"][0]["quantity"], 1);
}

#[tokio::test]
async fn a_failed_delivery_is_tried_again_but_not_for_ever() {
    let peer = Peer::start().await;
    let (url, inbox) = receiver(2).await;
    peer.sim.webhook(only("customer.subscription.updated", &url));
    peer.set(2, "", None).await;
    assert!(peer.sim.wait_until(DEADLINE, |sim| sim.deliveries().len() == 3).await);
    let statuses: Vec<_> = peer.sim.deliveries().iter().map(|delivery| delivery.status).collect();
    assert_eq!(statuses, [Some(500), Some(500), Some(200)]);
    assert_eq!(inbox.lock().unwrap().len(), 3);

    let gone = Endpoint { max_attempts: 2, ..only("customer.subscription.updated", "http://127.0.0.1:1/hook") };
    peer.sim.webhook(gone);
    peer.set(3, "", None).await;
    assert!(
        peer.sim
            .wait_until(DEADLINE, |sim| sim.deliveries().iter().filter(|one| one.status.is_none()).count() == 2)
            .await
    );
    let missed = peer.get("/v1/events?delivery_success=false&type=customer.subscription.updated").await.json();
    assert_eq!(missed["data"].as_array().unwrap().len(), 1, "what no endpoint acknowledged can be listed");
}

#[tokio::test]
async fn duplicates_and_losses_can_be_planned() {
    for copies in [0, 2] {
        let peer = Peer::start().await;
        let (url, _inbox) = receiver(0).await;
        peer.sim.webhook(Endpoint { copies, ..only("customer.subscription.updated", &url) });
        peer.sim.webhook(only("customer.subscription.deleted", &url));
        peer.set(2, "", None).await;
        peer.sim.edit("sub_a", Edit { status: Some(stripe_sim::Status::Canceled), ..Edit::default() }).unwrap();
        let expected = usize::try_from(copies).unwrap() + 1;
        assert!(peer.sim.wait_until(DEADLINE, |sim| sim.deliveries().len() == expected).await);
    }
}

#[tokio::test]
async fn events_are_listed_newest_first_in_pages() {
    let peer = Peer::start().await;
    for quantity in [2, 3, 4] {
        peer.set(quantity, "", None).await;
    }
    let first = peer.get("/v1/events?type=customer.subscription.updated&limit=2").await.json();
    assert_eq!(first["has_more"], true);
    let last = first["data"][1]["id"].as_str().unwrap();
    let path = format!("/v1/events?type=customer.subscription.updated&limit=2&starting_after={last}");
    let second = peer.get(&path).await.json();
    assert_eq!((second["has_more"].as_bool(), second["data"].as_array().unwrap().len()), (Some(false), 1));
    let quantity = |event: &Value| event["data"]["object"]["items"]["data"][0]["quantity"].as_u64().unwrap();
    assert_eq!([&first["data"][0], &first["data"][1], &second["data"][0]].map(quantity), [4, 3, 2]);
    let by_hand = Edit { quantity: Some(9), ..Edit::default() };
    peer.sim.edit("sub_a", by_hand).unwrap();
    let newest = peer.get("/v1/events?limit=1").await.json()["data"][0].clone();
    assert_eq!((quantity(&newest), &newest["request"]["id"]), (9, &Value::Null), "an edit by hand names no request");
}

#[tokio::test]
async fn a_pause_by_hand_is_told_by_events_of_its_own() {
    let peer = Peer::start().await;
    for status in [stripe_sim::Status::Paused, stripe_sim::Status::Paused, stripe_sim::Status::Active] {
        peer.sim.edit("sub_a", Edit { status: Some(status), ..Edit::default() }).unwrap();
    }
    let told = peer.get("/v1/events?type=customer.subscription.*").await.json();
    let kinds: Vec<_> = told["data"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    let expected = ["resumed", "updated", "paused", "updated"].map(|word| format!("customer.subscription.{word}"));
    assert_eq!(kinds[..4], expected);
}
