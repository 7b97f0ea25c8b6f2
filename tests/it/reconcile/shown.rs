//! What an operator reads: the command's words, its exit codes, credits to be made good.

use serde_json::json;

use super::{SUB_PAID, activated, agreed, reconcile, set, told};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::Scene,
    world::{FREE, LAPSED, MEMBER, PAID},
};

on_both_engines!(
    people_read_what_differs_and_what_is_done,
    members_are_told_whether_and_when,
    members_are_told_what_it_costs_and_until_when,
    an_instant_that_stripe_no_longer_credits_is_owed,
    what_cannot_be_found_out_is_two,
);

async fn people_read_what_differs_and_what_is_done(database: &TestDatabase) {
    let scene = agreed(database).await;
    set(&scene, SUB_PAID, 3);
    let (code, out, errors) = scene.setup.run(&["reconcile", "--dry-run"]);
    assert_eq!(code, 1, "{errors}");
    assert_eq!(
        out,
        "mandate m-paid, subscription s-m-paid:\n  quantity-higher: Stripe counts more than we do (ours 2, theirs 3)\n  \
         -> would lower the quantity from 3 to 2\n3 subscriptions compared, 1 differ\n"
    );
    assert_eq!(scene.setup.run(&["reconcile"]).0, 0);
    assert_eq!(scene.setup.run(&["reconcile"]).1, "3 subscriptions compared, 0 differ\n");
}

async fn members_are_told_whether_and_when(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    activated(&scene, PAID, "f0").await;
    assert_eq!(told(&scene, PAID).await, (serde_json::Value::Null, serde_json::Value::Null), "never compared");
    assert_eq!(reconcile(&scene.setup, &[]).0, 0);
    let (in_sync, at) = told(&scene, PAID).await;
    assert_eq!(in_sync, true);
    assert!(at.as_str().is_some_and(|at| at.ends_with('Z')), "{at}");
    assert_eq!(told(&scene, FREE).await, (serde_json::Value::Null, serde_json::Value::Null), "not billed");
}

async fn members_are_told_what_it_costs_and_until_when(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let info = |mandate: &'static str| {
        let path = format!("/api/store/subscription-info?mandateId={mandate}");
        let api = scene.api.clone();
        async move { api.get(MEMBER, &path).await.json() }
    };
    for feature in ["f0", "f1"] {
        activated(&scene, PAID, feature).await;
    }
    scene.settled(PAID).await;
    let paid = info(PAID).await;
    assert_eq!(
        json!([paid["planLabel"], paid["billingPeriod"], paid["price"], paid["priceIncludesTax"]]),
        json!(["PAID3", "MONTHLY", {"minor": 2950, "currency": "CHF"}, false])
    );
    assert_eq!(
        json!([paid["billedInstances"], paid["bill"], paid["currentPeriodEnd"]]),
        json!([2, {"minor": 5900, "currency": "CHF"}, null])
    );
    // The period's end is known once it was read, and no more when it is over.
    assert_eq!(reconcile(&scene.setup, &[]).0, 0);
    let end: jiff::Timestamp =
        info(PAID).await["currentPeriodEnd"].as_str().expect("an instant").parse().expect("ISO 8601");
    let told = scene.sim.subscription(SUB_PAID).expect("a subscription");
    assert_eq!(json!(end.as_second()), told["items"]["data"][0]["current_period_end"]);
    database.execute("UPDATE checks SET period_ends_at = 1000").await;
    assert_eq!(info(PAID).await["currentPeriodEnd"], json!(null));

    // What costs nothing, what nothing is known of, and what is in force no more.
    let free = info(FREE).await;
    assert_eq!(
        json!([free["price"], free["bill"], free["billedInstances"]]),
        json!([{"minor": 0, "currency": "CHF"}, {"minor": 0, "currency": "CHF"}, 0])
    );
    let lapsed = info(LAPSED).await;
    assert_eq!(
        json!([lapsed["price"], lapsed["bill"], lapsed["billedInstances"], lapsed["planLabel"]]),
        json!([null, null, null, "FREE"])
    );
    database.execute("UPDATE subscriptions SET plan_key = 'GONE' WHERE id = 's-m-free'").await;
    let unknown = info(FREE).await;
    for field in ["planLabel", "billingPeriod", "price", "priceIncludesTax", "bill"] {
        assert_eq!(unknown[field], json!(null), "{field}");
    }
}

/// An end whose instant lies before the present period is credited from later on: the difference is listed.
async fn an_instant_that_stripe_no_longer_credits_is_owed(database: &TestDatabase) {
    let mut scene = agreed(database).await;
    scene.host.kill();
    let long_ago = "UPDATE checks SET synced_at = synced_at - 10000000000 WHERE subscription_id = 's-m-paid'";
    database.execute(long_ago).await;
    set(&scene, SUB_PAID, 4);
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!((code, scene.billed(PAID)), (0, 2), "{review:#}");
    let (_, review) = reconcile(&scene.setup, &[]);
    let due = &review["creditsDue"];
    assert_eq!(
        (due.as_array().unwrap().len(), &due[0]["mandate"], due[0]["instances"].as_i64()),
        (1, &PAID.into(), Some(2))
    );
    assert!(due[0]["from"].as_i64() < due[0]["until"].as_i64(), "{due}");
    let operation = due[0]["operation"].as_str().unwrap();
    assert!(scene.setup.run(&["reconcile"]).1.contains(operation));
    assert_eq!(scene.setup.run(&["reconcile", "--credited", operation]).0, 0);
    assert_eq!(scene.setup.run(&["reconcile", "--credited", operation]).0, 1, "once");
    assert!(!scene.setup.run(&["reconcile"]).1.contains(operation));
}

async fn what_cannot_be_found_out_is_two(database: &TestDatabase) {
    let scene = agreed(database).await;
    scene.sim.stop().await;
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!(code, 2, "{review:#}");
    assert_eq!(told(&scene, PAID).await.0, true, "what was known stays");
    let (code, _, errors) = Setup::new(&database.url).run(&["reconcile"]);
    assert_eq!(code, 2);
    assert!(errors.contains("TURNPIKE_STRIPE_SECRET_KEY"), "{errors}");
}
