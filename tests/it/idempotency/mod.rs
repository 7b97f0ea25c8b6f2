//! `Idempotency-Key`: what is stored and replayed, what is not, and whose a key is.

mod kept;
mod parallel;
mod pending;
mod scope;
mod unkept;

use serde_json::{Value, json};

use crate::scene::Scene;

const ACTIVATE: &str = "/api/store/activate";
const DEACTIVATE: &str = "/api/store/deactivate";
const RESTORE: &str = "/api/store/restore";

/// The body of an activation.
fn wish(mandate: &str, feature: &str) -> Value {
    json!({"featureCode": feature, "mandateId": mandate})
}

/// How many requests that change something the simulator got.
fn updates(scene: &Scene) -> usize {
    scene.sim.requests().iter().filter(|request| request.method == "POST").count()
}

/// A payment that is declined, once.
fn decline(scene: &Scene) {
    scene.sim.fault(stripe_sim::Fault::once(
        "POST",
        "/v1/subscriptions",
        stripe_sim::Action::Status {
            status: 402,
            body: stripe_sim::BodyKind::Json,
            at: stripe_sim::Stage::Before,
            code: Some("card_declined".to_owned()),
            should_retry: None,
            saved: None,
        },
    ));
}
