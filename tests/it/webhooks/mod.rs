//! Webhooks of Stripe: who may send them, what is kept of them, and that ours follows what Stripe says.

mod apply;
mod endpoint;
mod envelope;
mod fifty;
mod following;
mod inbox;
mod signature;
mod two_hosts;

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::Method;
use serde_json::{Value, json};
use stripe_sim::{Endpoint, signature as sign};

use crate::{
    api::{Api, Reply},
    engines::TestDatabase,
    host::Setup,
    scene::{Scene, eventually},
};

/// Where events go.
const PATH: &str = "/api/billing/webhooks/stripe";
/// A secret that hosts accept.
const SECRET: &str = "whsec_planted_new";
/// The one before it, which they still accept.
const OLD_SECRET: &str = "whsec_planted_old";

/// Now, in seconds.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("in range")
}

/// With webhooks.
fn accepting(setup: Setup) -> Setup {
    setup.with("TURNPIKE_STRIPE_WEBHOOK_SECRET", &format!("{SECRET}, {OLD_SECRET}"))
}

/// A scene whose host gets every event of the simulator once.
async fn scene(database: &TestDatabase) -> Scene {
    let scene = Scene::with(database, accepting).await;
    scene.sim.webhook(Endpoint::new(&format!("{}{PATH}", scene.host.url), SECRET));
    scene
}

/// Sends a payload with this header.
async fn send(api: &Api, header: &str, payload: &str) -> Reply {
    let headers = [("stripe-signature", header)];
    api.send(Method::POST, PATH, None, &headers, Some(payload.as_bytes().to_vec())).await
}

/// Sends a payload as Stripe would now.
async fn send_signed(api: &Api, payload: &str) -> Reply {
    send(api, &sign(SECRET, now(), payload), payload).await
}

/// An event about a subscription.
fn event(id: &str, kind: &str, subscription: &str) -> Value {
    json!({
        "id": id, "object": "event", "type": kind, "created": now(), "livemode": false, "api_version": "2026-09-30.endive",
        "data": {"object": {"id": subscription, "object": "subscription", "status": "active"}}
    })
}

/// How many events are in this state.
async fn in_state(database: &TestDatabase, state: &str) -> i64 {
    database.number(&format!("SELECT count(*) FROM webhook_events WHERE state = '{state}'")).await
}

/// Every event of the simulator came in and is dealt with.
async fn worked_off(scene: &Scene, database: &TestDatabase) {
    eventually("every event is dealt with", || async {
        let came = database.number("SELECT count(*) FROM webhook_events").await;
        came >= i64::try_from(events(scene).await.len()).expect("in range") && in_state(database, "waiting").await == 0
    })
    .await;
}

/// Every event that the simulator made since there are endpoints, oldest first.
async fn events(scene: &Scene) -> Vec<Value> {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let url = format!("{}/v1/events?limit=100{after}", scene.sim.url());
        let answer = http.get(url).bearer_auth("sk_test_planted_key").send().await.expect("an answer");
        let page: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
        let listed = page["data"].as_array().expect("a list");
        all.extend(listed.iter().cloned());
        if page["has_more"] != true {
            break;
        }
        after = format!("&starting_after={}", listed[listed.len() - 1]["id"].as_str().expect("an id"));
    }
    all.retain(|event| {
        event["pending_webhooks"] != 0 || scene.sim.deliveries().iter().any(|one| event["id"] == *one.event)
    });
    all.reverse();
    all
}
