//! Several changes at once: all or nothing, as one operation; and the list of changes.

mod listed;
mod together;
mod waiting;

use serde_json::{Value, json};

use crate::{api::Reply, scene::Scene, world::ADMIN};

const PATH: &str = "/api/store/changes";

/// The body of several changes.
fn wish(mandate: &str, activate: &[&str], deactivate: &[&str]) -> Value {
    json!({"mandateId": mandate, "activate": activate, "deactivate": deactivate})
}

/// Makes several changes as the admin.
async fn change(scene: &Scene, mandate: &str, activate: &[&str], deactivate: &[&str]) -> Reply {
    scene.api.post(ADMIN, PATH, &wish(mandate, activate, deactivate)).await
}

/// Activates one feature and gives the instance's id.
async fn instance(scene: &Scene, mandate: &str, feature: &str) -> String {
    let reply = scene.api.activate(ADMIN, mandate, feature).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["instanceId"].as_str().expect("an id").to_owned()
}

/// The states of a mandate's instances, sorted.
async fn states(scene: &Scene, mandate: &str) -> Vec<String> {
    let mut states: Vec<String> = scene.api.states(ADMIN, mandate).await.into_iter().map(|(_, state)| state).collect();
    states.sort_unstable();
    states
}

/// Every step of the quantity at the simulator.
fn steps(scene: &Scene) -> Vec<(u64, u64)> {
    scene.sim.ledger().quantity_changes.iter().map(|step| (step.from, step.to)).collect()
}

/// How many updates the simulator got.
fn updates(scene: &Scene) -> usize {
    let is_update = |request: &&stripe_sim::RequestRecord| {
        request.method == "POST" && request.path.starts_with("/v1/subscriptions/")
    };
    scene.sim.requests().iter().filter(is_update).count()
}
