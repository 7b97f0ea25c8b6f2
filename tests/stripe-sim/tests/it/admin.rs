//! The admin API over HTTP: seeds, edits by hand, the ledger and the list of requests.

use serde_json::{Value, json};

use crate::peer::Peer;

async fn order(peer: &Peer, path: &str, body: Value) -> (u16, Value) {
    let answer = peer
        .http
        .post(format!("{}{path}", peer.sim.url()))
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
}

async fn look(peer: &Peer, path: &str) -> Value {
    let answer = peer.http.get(format!("{}{path}", peer.sim.url())).send().await.unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_seed_is_taken_as_it_stands_in_a_fixture_file() {
    let peer = Peer::start().await;
    let seed = json!({"items": [{"id": "si_alpha", "subscription": "sub_alpha", "quantity": 1}]});
    assert_eq!(order(&peer, "/_sim/seed", seed).await.0, 204);
    let body = peer.get("/v1/subscriptions/sub_alpha?expand[]=latest_invoice").await.json();
    assert_eq!(body["items"]["data"][0]["id"], "si_alpha");
    assert_eq!(body["currency"], "chf");
    assert_eq!(body["collection_method"], "charge_automatically");
    assert_eq!(body["latest_invoice"]["status"], "paid");
    let again = json!({"items": [{"id": "si_alpha", "subscription": "sub_alpha", "quantity": 6}]});
    assert_eq!(order(&peer, "/_sim/seed", again).await.0, 204);
    assert_eq!(peer.sim.quantity("si_alpha"), Some(6));
    let misspelt = json!({"items": [{"id": "si_b", "subscripion": "sub_b", "quantity": 1}]});
    assert_eq!(order(&peer, "/_sim/seed", misspelt).await.0, 422);
}

#[tokio::test]
async fn an_edit_by_hand_shows_in_the_api_and_in_the_ledger() {
    let peer = Peer::start().await;
    let edit = json!({"quantity": 7, "schedule": "sub_sched_1", "price": {"id": "price_odd", "unit_amount": 1, "currency": "eur"}});
    let (status, body) = order(&peer, "/_sim/subscriptions/sub_a", edit).await;
    assert_eq!((status, &body["schedule"]), (200, &json!("sub_sched_1")));
    assert_eq!(body["items"]["data"][0]["price"]["currency"], "eur");
    let ledger = look(&peer, "/_sim/ledger").await;
    let change = &ledger["quantity_changes"][0];
    assert_eq!((&change["from"], &change["to"], &change["request_id"]), (&json!(1), &json!(7), &Value::Null));
    let (_, body) = order(&peer, "/_sim/subscriptions/sub_a", json!({"schedule": null, "status": "past_due"})).await;
    assert_eq!((&body["schedule"], &body["status"]), (&Value::Null, &json!("past_due")));
    assert_eq!(order(&peer, "/_sim/subscriptions/sub_x", json!({"quantity": 1})).await.0, 404);
}

#[tokio::test]
async fn every_request_is_listed_with_what_it_said() {
    let peer = Peer::start().await;
    let form = "items[0][id]=si_a&items%5B0%5D%5Bquantity%5D=2&metadata[note]=a+b%26c";
    let request =
        peer.posting("/v1/subscriptions/sub_a", form, Some("k")).header("stripe-version", "2026-09-30.endive");
    assert_eq!(request.send().await.unwrap().status(), 200);
    peer.post("/v1/subscriptions/sub_a", form, Some("k")).await;
    let requests = look(&peer, "/_sim/requests").await;
    assert_eq!(requests.as_array().unwrap().len(), 2);
    let first = &requests[0];
    assert_eq!(first["form"], json!({"items[0][id]": "si_a", "items[0][quantity]": "2", "metadata[note]": "a b&c"}));
    assert_eq!((&first["idempotency_key"], &first["stripe_version"]), (&json!("k"), &json!("2026-09-30.endive")));
    assert_eq!((&first["status"], &first["replayed"]), (&json!(200), &json!(false)));
    assert_eq!(requests[1]["replayed"], true);
    let change = &look(&peer, "/_sim/ledger").await["quantity_changes"][0];
    assert_eq!((&change["idempotency_key"], &change["metadata"]), (&json!("k"), &json!({"note": "a b&c"})));
}

#[tokio::test]
async fn clock_card_and_limits_are_set_over_http() {
    let peer = Peer::start().await;
    let (_, clock) = order(&peer, "/_sim/clock", json!({"set": 1_767_300_000})).await;
    assert_eq!(clock["now_ms"], 1_767_300_000_000_i64);
    let (_, clock) = order(&peer, "/_sim/clock", json!({"advance": 60})).await;
    assert_eq!(clock["now_ms"], 1_767_300_060_000_i64);
    assert_eq!(order(&peer, "/_sim/card", json!({"outcome": "declined", "customer": "cus_a"})).await.0, 204);
    let more = "&proration_behavior=always_invoice&payment_behavior=error_if_incomplete";
    assert_eq!(peer.set(2, more, None).await.status, 402);
    assert_eq!(order(&peer, "/_sim/card", json!({"outcome": "ok"})).await.0, 204);
    assert_eq!(order(&peer, "/_sim/limits", json!({"invoices_per_minute": 1})).await.0, 204);
    assert_eq!(peer.set(2, more, None).await.status, 200);
    assert_eq!(peer.set(3, more, None).await.status, 429);
    let (_, clock) = order(&peer, "/_sim/clock", json!("system")).await;
    assert_eq!(clock["clock"]["mode"], "running");
}
