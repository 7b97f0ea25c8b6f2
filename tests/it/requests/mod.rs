//! Members ask for a feature; admins approve by activating it, or decline; and nothing of that is done twice or lost.

mod answered;
mod approved;
mod asked;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{api::Reply, scene::Scene, tokens};

const PATH: &str = "/api/store/requests";

/// Asks, and returns the request as it is told.
async fn ask(scene: &Scene, user: &str, mandate: &str, feature: &str) -> Value {
    let reply = scene.api.post(user, PATH, &json!({"mandateId": mandate, "featureCode": feature})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

fn id(request: &Value) -> &str {
    request["id"].as_str().expect("an id")
}

/// Approves by an activation of the feature asked for.
async fn approve(scene: &Scene, admin: &str, request: &Value, key: Option<&str>) -> Reply {
    let body = json!({
        "mandateId": request["mandateId"], "featureCode": request["featureCode"], "requestId": request["id"]
    });
    match key {
        Some(key) => scene.api.post_keyed(admin, "/api/store/activate", key, &body).await,
        None => scene.api.post(admin, "/api/store/activate", &body).await,
    }
}

async fn decline(scene: &Scene, user: &str, request: &Value, answer: Value) -> Reply {
    scene.api.post(user, &format!("{PATH}/{}/decline", id(request)), &json!({"answer": answer})).await
}

async fn take_back(scene: &Scene, user: &str, request: &Value) -> Reply {
    let path = format!("{PATH}/{}", id(request));
    scene.api.send(Method::DELETE, &path, Some(&tokens::of(user)), &[], None).await
}

/// The requests as the user is told of them.
async fn listed(scene: &Scene, user: &str, mandate: &str) -> Vec<Value> {
    let reply = scene.api.get(user, &format!("{PATH}?mandateId={mandate}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["items"].as_array().expect("a list").clone()
}
