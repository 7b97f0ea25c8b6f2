//! Subscriptions and plans are changed so that nobody is charged in silence, and nobody goes on being charged.

use serde_json::{Value, json};

use super::{Machine, with_services};
use crate::{
    api::Reply,
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, FREE, OPEN},
};

on_both_engines!(
    a_subscription_that_is_billed_keeps_its_binding,
    what_waits_for_billing_is_waited_for,
    another_plan_sells_nothing_until_it_was_compared,
    a_plan_that_is_billed_keeps_its_price,
);

const SUBSCRIPTION: &str = "subscriptions/s-m-open";

fn shown(reply: &Reply) -> (u16, String) {
    (reply.status, reply.code())
}

fn refused(code: &str) -> (u16, String) {
    (409, code.to_owned())
}

async fn scene(database: &TestDatabase) -> (Scene, Machine) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f0").await.status, 200);
    scene.settled(OPEN).await;
    (scene, machine)
}

async fn a_subscription_that_is_billed_keeps_its_binding(database: &TestDatabase) {
    let (scene, machine) = scene(database).await;
    let unbound = json!({"stripeSubscriptionId": null, "stripeItemIdInstances": null});
    for patch in [unbound.clone(), json!({"stripeItemIdInstances": "si_other"})] {
        let reply = machine.patch(SUBSCRIPTION, &patch).await;
        assert_eq!(shown(&reply), refused("still-billed"), "{patch}: {}", reply.text);
        assert_eq!(reply.json()["reasons"][0]["params"], json!({"quantity": 1}));
    }
    assert_eq!(shown(&machine.delete(SUBSCRIPTION).await), refused("still-billed"));
    for (field, value) in [
        ("status", json!("CANCELED")),
        ("endsAt", json!("2030-01-01T00:00:00Z")),
        ("trialEndsAt", json!("2030-01-01T00:00:00Z")),
    ] {
        let reply = machine.patch(SUBSCRIPTION, &json!({field: value})).await;
        assert_eq!(shown(&reply), refused("follows-billing"), "{field}: {}", reply.text);
        assert_eq!(reply.json()["pointer"], json!(format!("/{field}")));
    }
    assert_eq!(shown(&machine.patch(SUBSCRIPTION, &json!({"planKey": "FREE"})).await), refused("still-billed"));
    assert_eq!(machine.patch(SUBSCRIPTION, &json!({"startsAt": "2020-01-01T00:00:00Z"})).await.status, 200);
    // When nothing is billed any more, it is the product's to say.
    let instance = scene.api.states(ADMIN, OPEN).await.remove(0).0;
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &instance).await.status, 200);
    scene.settled(OPEN).await;
    assert_eq!(machine.patch(SUBSCRIPTION, &unbound).await.status, 200);
    assert_eq!(machine.delete(SUBSCRIPTION).await.status, 204);
    assert_eq!(machine.get(SUBSCRIPTION).await.status, 404);
}

async fn what_waits_for_billing_is_waited_for(database: &TestDatabase) {
    let (scene, machine) = scene(database).await;
    assert_eq!(scene.setup.run(&["pause", "billing", "--reason", "so that it waits"]).0, 0);
    assert_eq!(machine.delete(&format!("memberships/um-{ADMIN}-{OPEN}")).await.status, 204);
    for patch in [json!({"planKey": "PAID3"}), json!({"stripeItemIdInstances": "si_other"})] {
        let reply = machine.patch(SUBSCRIPTION, &patch).await;
        assert_eq!(shown(&reply), refused("billing-open"), "{patch}: {}", reply.text);
        assert!(!reply.header("retry-after").is_empty());
    }
    assert_eq!(shown(&machine.delete(SUBSCRIPTION).await), refused("billing-open"));
    assert_eq!(scene.setup.run(&["resume", "billing"]).0, 0);
    eventually("the subscription is free", || async { machine.delete(SUBSCRIPTION).await.status == 204 }).await;
    assert_eq!(scene.billed(OPEN), 0);
}

async fn another_plan_sells_nothing_until_it_was_compared(database: &TestDatabase) {
    let (scene, machine) = scene(database).await;
    let cheap = json!({"price": {"minor": 4500, "currency": "CHF"}, "billingPeriod": "MONTHLY"});
    assert_eq!(machine.put("plans/CHEAP", &cheap).await.status, 201);
    // Stripe goes on charging 90.
    assert_eq!(machine.patch(SUBSCRIPTION, &json!({"planKey": "CHEAP"})).await.status, 200);
    let reply = scene.api.activate(ADMIN, OPEN, "f1").await;
    assert_eq!(shown(&reply), (402, "billing-incomplete".to_owned()), "{}", reply.text);
    let differs = scene.setup.run(&["reconcile"]);
    assert_eq!(differs.0, 1, "{differs:?}");
    let reply = scene.api.activate(ADMIN, OPEN, "f1").await;
    assert_eq!(shown(&reply), (402, "billing-incomplete".to_owned()), "{}", reply.text);
    assert_eq!(scene.billed(OPEN), 1);
    assert_eq!(machine.patch(SUBSCRIPTION, &json!({"planKey": "PAID"})).await.status, 200);
    let agrees = scene.setup.run(&["reconcile"]);
    assert_eq!(agrees.0, 0, "{agrees:?}");
    let reply = scene.api.activate(ADMIN, OPEN, "f1").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

async fn a_plan_that_is_billed_keeps_its_price(database: &TestDatabase) {
    let (scene, machine) = scene(database).await;
    let before = machine.get("plans/PAID").await.text;
    for patch in [
        json!({"pricePerFeatureInstanceCHF": 45}),
        json!({"pricePerFeatureInstanceCHF": null}),
        json!({"pricePerFeatureInstanceCHF": null, "price": {"minor": 9000, "currency": "EUR"}}),
        json!({"billingPeriod": "YEARLY"}),
        json!({"priceIncludesTax": true}),
        json!({"stripePriceId": "price_other"}),
    ] {
        let reply = machine.patch("plans/PAID", &patch).await;
        assert_eq!(shown(&reply), refused("plan-billed"), "{patch}: {}", reply.text);
        assert_eq!(reply.json()["reasons"][0]["params"], json!({"subscriptions": 1}));
    }
    assert_eq!(machine.get("plans/PAID").await.text, before);
    // Its words and limits are its own, and a plan that nobody is billed by may cost what it likes.
    let limits: Value = json!({"label": "Paid", "maxFeatureInstances": 1});
    assert_eq!(machine.patch("plans/PAID", &limits).await.status, 200);
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f1").await.code(), "capacity-reached");
    assert_eq!(machine.patch("plans/FREE3", &json!({"pricePerFeatureInstanceCHF": 5})).await.status, 200);
    let reply = scene.api.activate(ADMIN, FREE, "f0").await;
    assert_eq!(shown(&reply), (402, "billing-incomplete".to_owned()), "{}", reply.text);
}
