//! Quotes: what they say, how long they are held to, and that the bill says the same.

mod held;
mod money;
mod offered;

use serde_json::{Value, json};
use stripe_sim::Sim;

use crate::{api::Reply, scene::Scene};

/// Asks for a quote.
async fn quote(scene: &Scene, user: &str, mandate: &str, activate: &[&str], deactivate: &[&str]) -> Reply {
    let body = json!({"mandateId": mandate, "activate": activate, "deactivate": deactivate});
    scene.api.post(user, "/api/store/quote", &body).await
}

/// A quote that must be given.
async fn quoted(scene: &Scene, user: &str, mandate: &str, activate: &[&str], deactivate: &[&str]) -> Value {
    let reply = quote(scene, user, mandate, activate, deactivate).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

/// Activates with a quote.
async fn activate_with(scene: &Scene, user: &str, mandate: &str, feature: &str, quote: &Value) -> Reply {
    let body = json!({"featureCode": feature, "mandateId": mandate, "quoteId": quote["id"]});
    scene.api.post(user, "/api/store/activate", &body).await
}

/// Restores with a quote.
async fn restore_with(scene: &Scene, user: &str, mandate: &str, instance: &str, quote: &Value) -> Reply {
    let body = json!({"instanceId": instance, "mandateId": mandate, "quoteId": quote["id"]});
    scene.api.post(user, "/api/store/restore", &body).await
}

/// How many previews the simulator was asked for.
fn previews(sim: &Sim) -> usize {
    sim.requests().iter().filter(|request| request.path.ends_with("create_preview")).count()
}

/// An amount of a line of a quote.
fn amount(quote: &Value, kind: &str) -> i64 {
    let lines = quote["lines"].as_array().expect("lines");
    lines.iter().filter(|line| line["kind"] == kind).map(|line| line["amount"].as_i64().expect("a number")).sum()
}
