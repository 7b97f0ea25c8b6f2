//! What a page is told before anything is done: decisions, facts, and the module to decide with.

mod agreement;
mod answer;
mod held;
mod module;
pub(crate) mod worlds;

use serde_json::Value;

use crate::{api::Reply, scene::Scene};

/// Asks about a mandate.
async fn preflight(scene: &Scene, user: &str, mandate: &str) -> Reply {
    scene.api.get(user, &format!("/api/store/preflight?mandateId={mandate}")).await
}

/// The answer, which must be given.
async fn told(scene: &Scene, user: &str, mandate: &str) -> Value {
    let reply = preflight(scene, user, mandate).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

/// The entries of a list of decisions.
fn decisions<'a>(answer: &'a Value, kind: &str) -> &'a [Value] {
    answer["decisions"][kind].as_array().expect("a list")
}

/// The entry about a feature.
fn about<'a>(entries: &'a [Value], feature: &str) -> &'a Value {
    entries.iter().find(|entry| entry["featureCode"] == feature).expect("an entry")
}

/// The codes of an entry's reasons.
fn codes(entry: &Value) -> Vec<&str> {
    let reasons = entry["reasons"].as_array().expect("reasons");
    reasons.iter().map(|reason| reason["code"].as_str().expect("a code")).collect()
}
