//! The proxy takes orders over HTTP, as from Rust.

use std::{net::SocketAddr, sync::Arc};

use fault_proxy::Steering;
use serde_json::{Value, json};

use crate::server::{SOON, Scene};

#[tokio::test]
async fn faults_are_planned_released_forgotten_and_counted_over_http() {
    let scene = Scene::new().await;
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let steering = Steering::of(Arc::clone(&scene.proxy), listen).await.unwrap();
    let order = |method: reqwest::Method, path: &str, body: Value| {
        scene.client.request(method, format!("{}{path}", steering.url())).json(&body).send()
    };
    let rules = json!([
        {"match": {"method": "POST", "path": "/v1/"}, "times": 1, "fault": {"type": "hold"}},
        {"times": "forever", "fault": {"type": "answer", "status": 418, "page": "empty"}}
    ]);
    assert_eq!(order(reqwest::Method::POST, "/rules", rules).await.unwrap().status().as_u16(), 204);

    let held = tokio::spawn(scene.request().send());
    assert!(scene.proxy.wait_until(SOON, |record| record.held == 1).await);
    assert_eq!(scene.send().await.unwrap().status().as_u16(), 418);
    assert_eq!(scene.got(), []);
    order(reqwest::Method::POST, "/release", Value::Null).await.unwrap();
    assert_eq!(held.await.unwrap().unwrap().status().as_u16(), 200);

    order(reqwest::Method::DELETE, "/rules", Value::Null).await.unwrap();
    assert_eq!(scene.send().await.unwrap().status().as_u16(), 200);
    let record: Value = order(reqwest::Method::GET, "/record", Value::Null).await.unwrap().json().await.unwrap();
    assert_eq!((&record["requests"], &record["forwarded"], &record["held"]), (&json!(3), &json!(2), &json!(0)));

    let unknown = order(reqwest::Method::POST, "/rules", json!([{"fault": {"type": "explode"}}])).await.unwrap();
    assert_eq!(unknown.status().as_u16(), 422);
}
