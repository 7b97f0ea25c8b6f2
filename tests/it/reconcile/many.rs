//! When many subscriptions differ at once it is only reported, until somebody answers for this database.

use serde_json::{Value, json};
use stripe_sim::{Seed, Sim};

use super::reconcile;
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::{eventually, simulator},
};

on_both_engines!(more_than_five_are_only_reported_until_confirm, five_are_repaired, a_host_only_reports_many);

/// A simulator and a database with `count` mandates of one instance each, all agreed on.
async fn agreed_many(database: &TestDatabase, count: usize) -> (Sim, Setup) {
    let sim = simulator().await;
    let ids: Vec<usize> = (0..count).collect();
    let list = |entry: &dyn Fn(&usize) -> Value| ids.iter().map(entry).collect::<Vec<_>>();
    let items = list(&|n| {
        json!({
            "id": format!("si_planted_{n}"), "subscription": format!("sub_planted_{n}"), "quantity": 1,
            "price": {"id": "price_many", "unit_amount": 9000, "currency": "chf", "interval": "month"}
        })
    });
    sim.seed(Seed::from_fixture(json!({"stripe": {"items": items}})).expect("a seed")).expect("items");
    let setup = Setup::new(&database.url).billing(&sim.url()).with_world();
    setup.import(&json!({
        "format": "feature-store-fixture/1",
        "mandates": list(&|n| json!({"id": format!("m-{n}"), "name": format!("m {n}")})),
        "subscriptions": list(&|n| json!({
            "id": format!("s-{n}"), "mandateId": format!("m-{n}"), "planKey": "PAID", "status": "ACTIVE",
            "stripeSubscriptionId": format!("sub_planted_{n}"), "stripeItemIdInstances": format!("si_planted_{n}")
        })),
        "instances": list(&|n| json!({"id": format!("i-{n}"), "featureCode": "f0", "mandateId": format!("m-{n}")})),
    }));
    let (code, review) = reconcile(&setup, &[]);
    assert_eq!(code, 0, "{review:#}");
    for n in &ids {
        let edit = stripe_sim::Edit { quantity: Some(2), ..stripe_sim::Edit::default() };
        sim.edit(&format!("sub_planted_{n}"), edit).expect("an edit by hand");
    }
    (sim, setup)
}

fn billed(sim: &Sim, count: usize) -> u64 {
    (0..count).map(|n| sim.quantity(&format!("si_planted_{n}")).expect("an item")).sum()
}

async fn more_than_five_are_only_reported_until_confirm(database: &TestDatabase) {
    let (sim, setup) = agreed_many(database, 6).await;
    let (code, review) = reconcile(&setup, &[]);
    assert_eq!((code, billed(&sim, 6)), (1, 12), "{review:#}");
    assert!(review.to_string().contains("6 subscriptions differ, more than 5"), "{review:#}");
    // One mandate at a time is no way around it.
    assert_eq!(reconcile(&setup, &["--mandate", "m-0"]).0, 1);
    assert_eq!(billed(&sim, 6), 12);
    assert_eq!(reconcile(&setup, &["--mandate", "m-0", "--confirm"]).0, 0);
    assert_eq!(billed(&sim, 6), 11);
    let (code, review) = reconcile(&setup, &["--confirm"]);
    assert_eq!((code, billed(&sim, 6)), (0, 6), "{review:#}");
}

async fn five_are_repaired(database: &TestDatabase) {
    let (sim, setup) = agreed_many(database, 5).await;
    let (code, review) = reconcile(&setup, &[]);
    assert_eq!((code, billed(&sim, 5)), (0, 5), "{review:#}");
}

async fn a_host_only_reports_many(database: &TestDatabase) {
    let (sim, setup) = agreed_many(database, 6).await;
    let host = setup.with("TURNPIKE_RECONCILE_EVERY", "1s").serve();
    eventually("the host reports them", || async { host.log().contains("is reported only") }).await;
    let six = "SELECT count(*) FROM checks WHERE repair_since IS NOT NULL";
    assert_eq!(database.number(six).await, 6);
    assert_eq!(billed(&sim, 6), 12);
}
