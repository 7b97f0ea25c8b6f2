//! Who may use what: the answers, how they are read, and that they are the store's own.

mod answers;
mod batch;
mod reading;

use serde_json::Value;

use crate::{
    directory::{Machine, with_services},
    engines::TestDatabase,
    scene::Scene,
    world::FREE,
};

/// A host and a service that asks it.
struct Checking {
    scene: Scene,
    machine: Machine,
}

impl Checking {
    async fn on(database: &TestDatabase) -> Self {
        let scene = Scene::with(database, with_services).await;
        let machine = Machine::new(&scene.host.url);
        Self { scene, machine }
    }

    /// What a user may use.
    async fn of(&self, user: &str, mandate: &str, more: &str) -> Value {
        let reply = self.machine.get(&format!("/api/entitlements?userId={user}&mandateId={mandate}{more}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }

    /// A free instance of a feature, activated by a user: its id.
    async fn activated(&self, user: &str, feature: &str) -> String {
        let reply = self.scene.api.activate(user, FREE, feature).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()["instanceId"].as_str().unwrap().to_owned()
    }
}
