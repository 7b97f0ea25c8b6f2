//! What there is before the crash, made once by a host that does not die and then copied: each case has its mandate, with an
//! instance that stays and with what its wish is about.

use std::collections::HashMap;

use futures::{StreamExt as _, stream};
use serde_json::{Value, json};
use stripe_sim::{Options, Seed, Sim};

use super::case::{BEHIND, Case, KEPT, WANTED, Wish};
use crate::{
    api::Api,
    engines::TestDatabase,
    host::Setup,
    scene::eventually,
    world::{self, ADMIN},
};

/// Later than any test. What is not due before it is left alone.
pub(super) const NEVER: i64 = 4_102_444_800_000;

/// A database to copy, and what its simulator bills.
pub(super) struct Prepared {
    database: TestDatabase,
    quantities: HashMap<String, u64>,
    /// What the wishes are about, by mandate.
    pub(super) instances: HashMap<String, String>,
}

impl Prepared {
    /// Prepares in an empty database.
    pub(super) async fn on(database: TestDatabase) -> Self {
        let sim = simulator(|_| 0).await;
        let setup = Setup::new(&database.url)
            .billing(&sim.url())
            .with("TURNPIKE_DATABASE_TIMEOUT", "20s")
            .with("TURNPIKE_BILLING_WAIT", "100s")
            .with("TURNPIKE_REQUEST_TIMEOUT", "200s");
        setup.import(&document());
        let mut host = tokio::task::spawn_blocking({
            let setup = setup.clone();
            move || setup.serve()
        })
        .await
        .expect("a host");
        let api = Api::new(&host.url);
        stream::iter(Case::all()).for_each_concurrent(8, |case| begin(case, &api)).await;
        eventually("billing follows what is free of charge", || async {
            database.number("SELECT count(*) FROM changes WHERE state IN ('queued', 'billing')").await == 0
        })
        .await;
        sim.stop().await;
        let waiting = leave_waiting(&api, &database).await;
        waiting.iter().for_each(tokio::task::JoinHandle::abort);
        host.kill();
        database.execute(&format!("UPDATE changes SET not_before = {NEVER} WHERE state = 'queued'")).await;
        let quantities = Case::all().map(|case| (case.item(), sim.quantity(&case.item()).expect("an item"))).collect();
        let rows = database
            .lines(
                "SELECT mandate_id || ' ' || feature_code || ' ' || instance_id FROM changes \
                WHERE kind = 'activate' ORDER BY seq",
            )
            .await;
        let instances = rows.iter().filter_map(|row| {
            let mut words = row.split(' ').map(str::to_owned);
            let (mandate, feature, instance) = (words.next()?, words.next()?, words.next()?);
            let case = Case::all().find(|case| case.mandate() == mandate)?;
            (feature == case.wish.feature()).then_some((mandate, instance))
        });
        let instances = instances.collect();
        Self { database, quantities, instances }
    }

    /// A copy. `unread`: nothing was read or confirmed of the subscriptions yet.
    pub(super) async fn copy(&self, unread: bool) -> TestDatabase {
        let copy = self.database.copy().await;
        if unread {
            copy.execute("DELETE FROM operations WHERE state IN ('applied', 'observed')").await;
        }
        copy
    }

    /// A simulator that bills what is counted.
    pub(super) async fn simulator(&self) -> Sim {
        simulator(|case| self.quantities[&case.item()]).await
    }
}

async fn begin(case: Case, api: &Api) {
    let mandate = case.mandate();
    let activated = async |feature: &str| {
        let reply = api.activate(ADMIN, &mandate, feature).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()["instanceId"].as_str().expect("an id").to_owned()
    };
    activated(KEPT).await;
    if matches!(case.wish, Wish::End | Wish::Restore) {
        let instance = activated(WANTED).await;
        if case.wish == Wish::Restore {
            let end = api.deactivate(ADMIN, &mandate, WANTED, &instance).await;
            assert_eq!(end.json()["billing"], json!("done"), "{}", end.text);
        }
    }
}

/// Activations for which nothing could be sent yet, and such that wait behind them.
async fn leave_waiting(api: &Api, database: &TestDatabase) -> Vec<tokio::task::JoinHandle<()>> {
    let ask = |case: Case, feature: &'static str| {
        let api = api.clone();
        tokio::spawn(async move {
            let body = json!({"featureCode": feature, "mandateId": case.mandate()});
            let _ = api
                .try_post_keyed(ADMIN, "/api/store/activate", &format!("waiting-{feature}-{}", case.mandate()), &body)
                .await;
        })
    };
    let first: Vec<Case> = Case::all().filter(|case| case.wish.withdraws()).collect();
    let behind: Vec<Case> = first.iter().copied().filter(|case| case.wish == Wish::WithdrawQueued).collect();
    let count = |cases: &[Case]| i64::try_from(cases.len()).expect("in range");
    let mut waiting = Vec::new();
    for (cases, feature, state) in [(&first, WANTED, "billing"), (&behind, BEHIND, "queued")] {
        waiting.extend(cases.iter().map(|case| ask(*case, feature)));
        eventually("the activations wait", || async {
            let sql = format!("SELECT count(*) FROM changes WHERE state = '{state}'");
            database.number(&sql).await == count(cases)
        })
        .await;
    }
    eventually("no attempt is under way", || async {
        database.execute(&format!("UPDATE operations SET next_at = {NEVER} WHERE state = 'prepared'")).await;
        let sql = format!("SELECT count(*) FROM operations WHERE state = 'prepared' AND next_at = {NEVER}");
        database.number(&sql).await == count(&first)
    })
    .await;
    waiting
}

/// The common data set with the cases' mandates in place of its own.
fn document() -> Value {
    let mut document = world::document();
    let list = |of: &dyn Fn(Case) -> Value| Value::Array(Case::all().map(of).collect());
    document["mandates"] =
        list(&|case| json!({"id": case.mandate(), "name": format!("name of {}", case.mandate()), "enabled": true}));
    document["roles"] =
        list(&|case| json!({"id": format!("r-{}", case.mandate()), "roleLabel": "admin", "mandateId": case.mandate()}));
    document["memberships"] = list(&|case| {
        let mandate = case.mandate();
        json!({
            "id": format!("um-{mandate}"), "userId": ADMIN, "mandateId": mandate, "enabled": true,
            "roleIds": [format!("r-{mandate}")]
        })
    });
    document["subscriptions"] = list(&|case| {
        json!({
            "id": format!("s-{}", case.mandate()), "mandateId": case.mandate(), "status": "ACTIVE",
            "planKey": if case.wish == Wish::Free { "FREE" } else { "PAID" },
            "stripeSubscriptionId": case.subscription(), "stripeItemIdInstances": case.item()
        })
    });
    document
}

async fn simulator(quantity: impl Fn(Case) -> u64) -> Sim {
    let items: Vec<Value> = Case::all()
        .map(|case| {
            let (price, amount) = if case.wish == Wish::Free { ("price_free", 0) } else { ("price_paid", 9000) };
            json!({
                "id": case.item(), "subscription": case.subscription(), "quantity": quantity(case),
                "price": {"id": price, "unit_amount": amount, "currency": "chf", "interval": "month"}
            })
        })
        .collect();
    let seed = Seed::from_fixture(json!({"stripe": {"items": items}})).expect("a seed");
    Sim::start_with(Options { seed: Some(seed), ..Options::default() }).await.expect("the simulator starts")
}
