//! Who may do what: every endpoint for every kind of caller, and that what is foreign looks like what is absent.

mod callers;
mod endpoints;
mod foreign;
mod matrix;
mod names;
mod probes;

use serde_json::json;

use crate::{
    scene::Scene,
    world::{ADMIN, OPEN},
};

/// What the requests of the tables are about: a paid mandate in which an admin has made and ended things.
struct Stage {
    /// An instance that lives, of feature `f0`.
    instance: String,
    /// A second one, of `f1`.
    second: String,
    /// One that has ended, of `f2`.
    ended: String,
    /// The change that ended it.
    change: String,
}

impl Stage {
    async fn set(scene: &Scene) -> Self {
        let [instance, second, ended] = ["f0", "f1", "f2"].map(|feature| async move {
            let reply = scene.api.activate(ADMIN, OPEN, feature).await;
            assert_eq!(reply.status, 200, "{}", reply.text);
            reply.json()["instanceId"].as_str().unwrap().to_owned()
        });
        let (instance, second, ended) = (instance.await, second.await, ended.await);
        let reply = scene.api.deactivate(ADMIN, OPEN, "f2", &ended).await;
        assert_eq!((reply.status, reply.json()["instanceDeleted"].clone()), (200, json!(true)), "{}", reply.text);
        Self { instance, second, ended, change: reply.json()["change"].as_str().unwrap().to_owned() }
    }

    /// Puts ids in place of `{instance}`, `{second}`, `{ended}` and `{change}`.
    fn fill(&self, template: &str) -> String {
        template
            .replace("{instance}", &self.instance)
            .replace("{second}", &self.second)
            .replace("{ended}", &self.ended)
            .replace("{change}", &self.change)
    }
}
