//! The comparison with the billing provider: drift made by hand is found, and repaired or raised as the matrix says.

mod account;
mod audited;
mod drift;
mod ends;
mod guard;
mod hosts;
mod many;
mod matrix;
mod pace;
mod restored;
mod shown;

use std::collections::BTreeSet;

use serde_json::Value;
use stripe_sim::Edit;

use crate::{
    engines::TestDatabase,
    host::Setup,
    scene::Scene,
    world::{ADMIN, PAID},
};

/// The Stripe subscription of [`PAID`].
const SUB_PAID: &str = "sub_planted_paid";

/// A scene with two instances in [`PAID`] that both sides agree on.
async fn agreed(database: &TestDatabase) -> Scene {
    let scene = Scene::on(database).await;
    for feature in ["f0", "f1"] {
        activated(&scene, PAID, feature).await;
    }
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!((code, kinds(&review, PAID)), (0, BTreeSet::new()), "{review:#}");
    scene
}

/// Activates as the admin and returns the instance's id.
async fn activated(scene: &Scene, mandate: &str, feature: &str) -> String {
    let reply = scene.api.activate(ADMIN, mandate, feature).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["instanceId"].as_str().unwrap().to_owned()
}

/// Runs `turnpike reconcile --json` with further arguments: exit code and what it printed.
#[track_caller]
fn reconcile(setup: &Setup, arguments: &[&str]) -> (i32, Value) {
    let arguments: Vec<&str> = ["reconcile", "--json"].iter().chain(arguments).copied().collect();
    let (code, out, errors) = setup.run(&arguments);
    let review = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: exit code {code}: {out} {errors}"));
    (code, review)
}

/// The kinds of what was found about a mandate.
fn kinds(review: &Value, mandate: &str) -> BTreeSet<String> {
    let of = |entry: &&Value| entry["mandate"] == mandate;
    let subscriptions = review["subscriptions"].as_array().unwrap().iter().filter(of);
    let findings = subscriptions.flat_map(|entry| entry["findings"].as_array().unwrap());
    findings.map(|finding| finding["kind"].as_str().unwrap().to_owned()).collect()
}

/// What was done, or would be, about a mandate.
fn done(review: &Value, mandate: &str) -> String {
    let of = |entry: &&Value| entry["mandate"] == mandate;
    let subscriptions = review["subscriptions"].as_array().unwrap().iter().filter(of);
    subscriptions.flat_map(|entry| entry["done"].as_array().unwrap()).map(|done| done.as_str().unwrap()).collect()
}

/// The set of these kinds.
fn only(kinds: &[&str]) -> BTreeSet<String> {
    kinds.iter().map(|kind| (*kind).to_owned()).collect()
}

/// Sets a quantity by hand.
fn set(scene: &Scene, subscription: &str, quantity: u64) {
    let edit = Edit { quantity: Some(quantity), ..Edit::default() };
    scene.sim.edit(subscription, edit).expect("an edit by hand");
}

/// What the mandate's members are told of the last comparison.
async fn told(scene: &Scene, mandate: &str) -> (Value, Value) {
    let info = scene.api.get(ADMIN, &format!("/api/store/subscription-info?mandateId={mandate}")).await.json();
    (info["billingInSync"].clone(), info["billingCheckedAt"].clone())
}

/// How often the simulator was told a quantity through the API.
fn writes(scene: &Scene) -> usize {
    scene.sim.requests().iter().filter(|request| request.method == "POST").count()
}
