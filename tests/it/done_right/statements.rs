//! How many SQL statements a request takes, counted in the host's own log: BEGIN and COMMIT apart, the runner's share
//! included.

use serde_json::{Value, json};

use super::on_both_engines;
use crate::{
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, FREE, PAID},
};

on_both_engines!(statements_per_request_stay_within_the_budget, reading_many_mandates_takes_two_statements);

/// A scene whose log tells every statement, whose runner and announcer are quiet unless woken, and that seals
/// nothing meanwhile.
async fn scene(database: &TestDatabase) -> Scene {
    Scene::with(database, |setup| {
        setup
            .with("TURNPIKE_LOG", "info,sqlx::query=debug")
            .with("TURNPIKE_LEDGER_TICK", "1h")
            .with("TURNPIKE_EVENTS_TICK", "1h")
            .with("TURNPIKE_AUDIT_TICK", "1h")
    })
    .await
}

async fn statements_per_request_stay_within_the_budget(database: &TestDatabase) {
    let scene = scene(database).await;
    // The first paid activation also reads the subscription; the first of everything prepares statements.
    let (_, first) = activation(&scene, PAID, "f1", None).await;
    deactivation(&scene, PAID, "f1", &first).await;

    let preflight = format!("/api/store/preflight?mandateId={PAID}");
    for path in ["/api/store/features", "/api/store/mandates", "/api/store/subscription-info", &preflight] {
        let count = counted(&scene, || async { assert_eq!(scene.api.get(ADMIN, path).await.status, 200) }).await;
        assert!((1..=2).contains(&count), "{path}: {count}");
    }
    for key in [None, Some("a-key")] {
        let (count, instance) = activation(&scene, FREE, "f0", key).await;
        assert!((4..=10).contains(&count), "free activation, key {key:?}: {count}");
        let count = deactivation(&scene, FREE, "f0", &instance).await;
        assert!((4..=10).contains(&count), "free deactivation: {count}");
        let (count, instance) = activation(&scene, PAID, "f0", key).await;
        // The last of them says in the audit trail what billing came to.
        assert!((4..=15).contains(&count), "billed activation, key {key:?}: {count}");
        let count = deactivation(&scene, PAID, "f0", &instance).await;
        assert!((4..=10).contains(&count), "billed deactivation: {count}");
    }
}

async fn reading_many_mandates_takes_two_statements(database: &TestDatabase) {
    let scene = scene(database).await;
    let mut document = json!({
        "format": "feature-store-fixture/1", "mandates": [], "roles": [], "memberships": [], "subscriptions": []
    });
    for n in 0..200 {
        let id = format!("m-many-{n}");
        let mut push = |section: &str, entry: Value| document[section].as_array_mut().unwrap().push(entry);
        push("mandates", json!({"id": id, "name": id}));
        push("roles", json!({"id": format!("r-{id}"), "roleLabel": "admin", "mandateId": id}));
        push(
            "memberships",
            json!({
                "id": format!("um-{id}"), "userId": ADMIN, "mandateId": id, "roleIds": [format!("r-{id}")]
            }),
        );
        push("subscriptions", json!({"id": format!("s-{id}"), "mandateId": id, "planKey": "FREE", "status": "ACTIVE"}));
    }
    scene.setup.import(&document);
    let count =
        counted(&scene, || async { assert_eq!(scene.api.get(ADMIN, "/api/store/features").await.status, 200) }).await;
    assert!((1..=2).contains(&count), "{count}");
    let listed = scene.api.get(ADMIN, "/api/store/mandates").await.json();
    assert!(listed.as_array().unwrap().len() > 200);
}

async fn activation(scene: &Scene, mandate: &str, feature: &str, key: Option<&str>) -> (usize, String) {
    let instance = std::sync::Mutex::new(String::new());
    let body = json!({"featureCode": feature, "mandateId": mandate});
    let count = counted(scene, || async {
        let reply = match key {
            Some(key) => scene.api.post_keyed(ADMIN, "/api/store/activate", &format!("{key}-{mandate}"), &body).await,
            None => scene.api.post(ADMIN, "/api/store/activate", &body).await,
        };
        assert_eq!(reply.status, 200, "{}", reply.text);
        *instance.lock().unwrap() = reply.json()["instanceId"].as_str().unwrap().to_owned();
    })
    .await;
    (count, instance.into_inner().unwrap())
}

async fn deactivation(scene: &Scene, mandate: &str, feature: &str, instance: &str) -> usize {
    counted(scene, || async {
        let reply = scene.api.deactivate(ADMIN, mandate, feature, instance).await;
        assert_eq!((reply.status, reply.json()["billing"].clone()), (200, json!("done")), "{}", reply.text);
    })
    .await
}

/// Statements that the host logged while the request ran, all that it set off included.
async fn counted<F: Future<Output = ()>>(scene: &Scene, request: impl FnOnce() -> F) -> usize {
    quiet(scene).await;
    let before = statements(&scene.host.log()).len();
    request().await;
    quiet(scene).await;
    statements(&scene.host.log()).len() - before
}

/// Waits until nothing more is logged.
async fn quiet(scene: &Scene) {
    let seen = std::sync::Mutex::new((usize::MAX, 0));
    eventually("the host is quiet", || async {
        let length = scene.host.log().len();
        let mut seen = seen.lock().unwrap();
        *seen = if seen.0 == length { (length, seen.1 + 1) } else { (length, 0) };
        seen.1 >= 8
    })
    .await;
}

/// The statements in a log, without those that begin and end transactions, and without what a host tells from time to time
/// about what it decides with, whether or not there are requests.
fn statements(log: &str) -> Vec<String> {
    log.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|entry| entry["target"] == "sqlx::query")
        .filter_map(|entry| Some(entry["summary"].as_str()?.to_owned()))
        .filter(|summary| {
            !["BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"].iter().any(|word| summary.to_uppercase().starts_with(word))
        })
        .filter(|summary| !summary.contains("host_policies"))
        .collect()
}
