//! Everything that changes something, done once: by users, services, operators, and by Turnpike itself.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    directory::{Machine, with_services},
    engines::TestDatabase,
    host::Setup,
    scene::{Scene, eventually},
    tokens,
    world::{ADMIN, FREE, MEMBER, OPEN, PAID, STRANGER},
};

/// A scene that is set up, before anything happens. What is paid waits for billing.
pub(super) async fn scene(database: &TestDatabase) -> Scene {
    Scene::with(database, settings).await
}

fn settings(setup: Setup) -> Setup {
    with_services(setup).with("TURNPIKE_EVENTS_PRIVATE_TARGETS", "on").with("TURNPIKE_AUDIT_TICK", "20ms")
}

/// Does all of it.
pub(super) async fn run(scene: &Scene) {
    users(scene).await;
    services(scene).await;
    operators(scene);
    scene.settled(OPEN).await;
    scene.settled(PAID).await;
}

fn instance(reply: &crate::api::Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["instanceId"].as_str().expect("an instance").to_owned()
}

async fn users(scene: &Scene) {
    let api = &scene.api;
    let free = instance(&api.activate(ADMIN, FREE, "f0").await);
    let paid = instance(&api.activate(ADMIN, OPEN, "f0").await);
    let access = format!("/api/store/instances/{paid}/accesses");
    let share = json!({"mandateId": OPEN, "userId": MEMBER, "role": "f0-user"});
    assert_eq!(api.post(ADMIN, &access, &share).await.status, 200);
    let unshare = Some(json!({"mandateId": OPEN, "userId": MEMBER}).to_string().into_bytes());
    let taken = api.send(Method::DELETE, &access, Some(&tokens::of(ADMIN)), &[], unshare).await;
    assert_eq!(taken.status, 200, "{}", taken.text);
    assert_eq!(api.deactivate(ADMIN, FREE, "f0", &free).await.status, 200);
    assert_eq!(api.restore(ADMIN, FREE, &free).await.status, 200);
    assert_eq!(api.deactivate(ADMIN, OPEN, "f0", &paid).await.status, 200);
    scene.settled(OPEN).await;
    // A batch ends one and makes another.
    let old = instance(&api.activate(ADMIN, PAID, "f1").await);
    let batch = json!({"mandateId": PAID, "activate": ["f2"], "deactivate": [old]});
    let reply = api.post(ADMIN, "/api/store/changes", &batch).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    // A first visit makes a home.
    assert_eq!(api.get(STRANGER, "/api/store/mandates").await.status, 200);
}

async fn services(scene: &Scene) {
    let machine = Machine::new(&scene.host.url);
    let put = async |path: &str, body: Value| {
        let reply = machine.put(path, &body).await;
        assert!([200, 201].contains(&reply.status), "{path}: {}", reply.text);
    };
    put("plans/NEW", json!({"billingPeriod": "NONE"})).await;
    put("features/new", json!({"label": {"en": "New"}})).await;
    put("users/nora", json!({"username": "Nora"})).await;
    put("mandates/m-new", json!({"name": "new"})).await;
    put("roles/r-new", json!({"roleLabel": "admin", "mandateId": "m-new"})).await;
    put("memberships/um-new", json!({"userId": "nora", "mandateId": "m-new", "roleIds": ["r-new"]})).await;
    put("subscriptions/s-new", json!({"mandateId": "m-new", "planKey": "NEW", "status": "ACTIVE"})).await;
    let made = instance(&scene.api.activate("nora", "m-new", "new").await);
    let patched = machine.patch("users/nora", &json!({"email": "nora@example.org"})).await;
    assert_eq!(patched.status, 200, "{}", patched.text);
    put("memberships/um-two", json!({"userId": ADMIN, "mandateId": "m-new", "roleIds": ["r-new"]})).await;
    put("accesses/a-two", json!({"userId": ADMIN, "featureInstanceId": made})).await;
    assert_eq!(machine.delete("accesses/a-two").await.status, 204);
    // The last access goes with the membership, and the instance with that.
    assert_eq!(machine.delete("memberships/um-new").await.status, 204);
    assert_eq!(machine.delete("users/nora").await.status, 204);
    let again = instance(&scene.api.activate(ADMIN, "m-new", "new").await);
    assert!(!again.is_empty());
    let deleted = machine.delete("mandates/m-new").await.status;
    assert!([202, 204].contains(&deleted), "{deleted}");
    eventually("the mandate is gone", || async { machine.get("mandates/m-new").await.status == 404 }).await;
    for path in ["plans/NEW", "features/new"] {
        assert_eq!(machine.delete(path).await.status, 204, "{path}");
    }
    let endpoint = json!({"url": "http://127.0.0.1:9/hook?token=planted", "kinds": ["instance.ended"]});
    let reply = machine.send(Method::POST, "event-endpoints", &[], Some(&endpoint)).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let id = reply.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("event-endpoints/{id}");
    assert_eq!(machine.patch(&path, &json!({"description": "ours"})).await.status, 200);
    let secret = machine.send(Method::POST, &format!("{path}/secrets"), &[], Some(&json!({}))).await;
    assert!([200, 201].contains(&secret.status), "{}", secret.text);
    assert_eq!(machine.delete(&path).await.status, 204);
}

fn operators(scene: &Scene) {
    let run = |arguments: &[&str]| {
        let (code, told, errors) = scene.setup.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {told}{errors}");
    };
    run(&["pause", "billing", "--reason", "a test"]);
    run(&["resume", "billing"]);
    let file = tempfile::NamedTempFile::new().expect("a file");
    let catalogue =
        json!({"format": "feature-store-fixture/1", "features": [{"code": "f0", "label": {"en": "Another"}}]});
    std::fs::write(file.path(), catalogue.to_string()).expect("written");
    run(&["catalog", "apply", &file.path().to_string_lossy(), "--reason", "a test"]);
}
