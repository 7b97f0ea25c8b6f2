//! Limits that a mandate's admins set: who may, what they stop, and that parallel requests never pass them.

mod reached;
mod set;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{api::Reply, scene::Scene, tokens};

/// Where the limits of a mandate are.
fn path(mandate: &str) -> String {
    format!("/api/store/caps?mandateId={mandate}")
}

/// Sets the limits of a mandate, held to a tag if there is one.
async fn put(scene: &Scene, user: &str, mandate: &str, tag: Option<&str>, body: &Value) -> Reply {
    let headers: Vec<(&str, &str)> = tag.into_iter().map(|tag| ("if-match", tag)).collect();
    let body = Some(body.to_string().into_bytes());
    scene.api.send(Method::PUT, &path(mandate), Some(&tokens::of(user)), &headers, body).await
}

/// Sets the limits of a mandate, which succeeds.
async fn set(scene: &Scene, user: &str, mandate: &str, instances: Option<i64>, monthly: Option<i64>) {
    let monthly = monthly.map(|minor| json!({"minor": minor, "currency": "CHF"}));
    let reply = put(scene, user, mandate, None, &json!({"instances": instances, "monthly": monthly})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}
