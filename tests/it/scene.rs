//! A whole scene: simulator, database with the common data set, and one host on both.

use std::{future::Future, time::Duration};

use serde_json::json;
use stripe_sim::{Options, Seed, Sim};
use tokio::time::{Instant, sleep};

use crate::{
    api::Api,
    engines::TestDatabase,
    host::{Host, Setup},
    world,
};

/// Everything a whole-server test needs.
pub struct Scene {
    /// Stripe.
    pub sim: Sim,
    /// How hosts are started here.
    pub setup: Setup,
    /// The host.
    pub host: Host,
    /// A client of it.
    pub api: Api,
}

impl Scene {
    /// A scene on this database.
    pub async fn on(database: &TestDatabase) -> Self {
        Self::with(database, |setup| setup).await
    }

    /// A scene on this database with further settings.
    pub async fn with(database: &TestDatabase, settings: impl FnOnce(Setup) -> Setup) -> Self {
        let sim = simulator().await;
        let setup = settings(Setup::new(&database.url).billing(&sim.url())).with_world();
        let host = setup.serve();
        let api = Api::new(&host.url);
        Self { sim, setup, host, api }
    }

    /// A further host on the same database.
    pub fn another_host(&self) -> (Host, Api) {
        let host = self.setup.serve();
        let api = Api::new(&host.url);
        (host, api)
    }

    /// Ends the host as a power cut would and starts it again.
    pub fn restart(&mut self) {
        self.host.kill();
        self.host = self.setup.serve();
        self.api = Api::new(&self.host.url);
    }

    /// What Stripe bills a mandate for.
    pub fn billed(&self, mandate: &str) -> i64 {
        let quantity = self.sim.quantity(world::item_of(mandate)).expect("an item");
        i64::try_from(quantity).expect("in range")
    }

    /// Billing and features agree: nothing is reserved, nothing leaves, and the quantity is the number of active
    /// instances.
    pub async fn settled(&self, mandate: &str) {
        eventually("billing and features agree", || async {
            let states = self.api.states(world::ADMIN, mandate).await;
            let active = states.iter().filter(|(_, state)| state == "active").count();
            let open = states.iter().any(|(_, state)| state == "reserved" || state == "leaving");
            !open && self.billed(mandate) == i64::try_from(active).expect("in range")
        })
        .await;
    }
}

/// A simulator with the items of the common data set, recording every exchange where artifacts are kept.
pub async fn simulator() -> Sim {
    let seed = Seed::from_fixture(json!({"stripe": world::stripe()})).expect("a seed");
    let record = std::env::var_os("TURNPIKE_TEST_ARTIFACTS").map(|folder| {
        let folder = std::path::Path::new(&folder).join("stripe-exchanges");
        std::fs::create_dir_all(&folder).expect("a folder for recordings");
        folder.join(format!("{}.jsonl", uuid::Uuid::new_v4()))
    });
    Sim::start_with(Options { seed: Some(seed), record, ..Options::default() }).await.expect("the simulator starts")
}

/// Waits until the condition holds, at most half a minute.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let until = Instant::now() + Duration::from_secs(30);
    while !holds().await {
        assert!(Instant::now() < until, "it did not come about that {what}");
        sleep(Duration::from_millis(25)).await;
    }
}
