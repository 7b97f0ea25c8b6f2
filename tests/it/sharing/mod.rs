//! Colleagues get access to an instance, other roles there, and lose it again: by admins, in one transaction with what tells
//! of it; and whoever leaves hands over.

mod given;
mod handed_over;
mod listed;
mod raced;
mod taken;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{api::Reply, engines::TestDatabase, scene::Scene, tokens, world::OPEN};

/// Where the accesses of an instance are.
fn path(instance: &str) -> String {
    format!("/api/store/instances/{instance}/accesses")
}

/// A new instance of `f0` in the mandate.
async fn instance(scene: &Scene, user: &str, mandate: &str) -> String {
    let reply = scene.api.activate(user, mandate, "f0").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["instanceId"].as_str().unwrap().to_owned()
}

/// Gives access in the mandate `m-open`.
async fn share(scene: &Scene, user: &str, instance: &str, colleague: &str, role: &str) -> Reply {
    let body = json!({"mandateId": OPEN, "userId": colleague, "role": role});
    scene.api.post(user, &path(instance), &body).await
}

/// Takes an access away, under a key if there is one.
async fn unshare(scene: &Scene, user: &str, instance: &str, key: Option<&str>, body: &Value) -> Reply {
    let headers: Vec<(&str, &str)> = key.into_iter().map(|key| ("idempotency-key", key)).collect();
    let body = Some(body.to_string().into_bytes());
    scene.api.send(Method::DELETE, &path(instance), Some(&tokens::of(user)), &headers, body).await
}

/// Who has access to what, in which roles, and whether it is switched on.
async fn accesses(database: &TestDatabase) -> Vec<String> {
    database
        .lines(
            "SELECT a.user_id || ' ' || coalesce(r.label, '-') || ' ' || a.enabled FROM accesses a \
             LEFT JOIN access_roles ar ON ar.access_id = a.id LEFT JOIN roles r ON r.id = ar.role_id \
             ORDER BY a.user_id, ar.seq",
        )
        .await
}

/// The accesses that were told of: kind, whose and in which roles.
async fn told(database: &TestDatabase) -> Vec<String> {
    let rows = database.lines("SELECT kind || ' ' || data FROM events WHERE kind LIKE 'access.%' ORDER BY seq").await;
    let line = |row: &String| {
        let (kind, data) = row.split_once(' ').unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        assert!(data["changeId"].is_string() && data["byUserId"].is_string(), "{row}");
        format!("{kind} {} {}", data["userId"].as_str().unwrap(), data["roles"])
    };
    rows.iter().map(line).collect()
}
