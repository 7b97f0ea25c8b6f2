//! What somebody else changes while an entry is being changed: it is looked at again before anything is final. Only several
//! writers get in each other's way: PostgreSQL.

use serde_json::json;

use super::{Machine, patient};
use crate::{
    crashes::Lock,
    engines::postgres,
    scene::{Scene, eventually},
    world::{FREE, OPEN},
};

/// Requests that wait for a lock.
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND wait_event_type = 'Lock'";

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_became_somebody_else_meanwhile_is_not_deleted() {
    let database = postgres().await;
    let scene = Scene::with(&database, patient).await;
    let machine = Machine::new(&scene.host.url);
    let tag = machine.get("users/u-a0").await.header("etag").to_owned();
    let held = Lock::of_mandates(&database).await;
    let deleting = {
        let machine = machine.clone();
        tokio::spawn(async move {
            machine.send(reqwest::Method::DELETE, "users/u-a0", &[("if-match", tag.as_str())], None).await
        })
    };
    eventually("a membership is about to go", || async { database.number(WAITING).await == 1 }).await;
    assert_eq!(machine.put("users/u-a0", &json!({"username": "married"})).await.status, 200);
    held.release().await;
    let refused = deleting.await.unwrap();
    assert_eq!((refused.status, refused.code().as_str()), (412, "precondition-failed"), "{}", refused.text);
    assert_eq!(machine.get("users/u-a0").await.json()["username"], json!("married"));
    // Whoever has seen the new one deletes it.
    let tag = machine.get("users/u-a0").await.header("etag").to_owned();
    let deleted = machine.send(reqwest::Method::DELETE, "users/u-a0", &[("if-match", tag.as_str())], None).await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_bound_to_a_plan_while_its_price_changes() {
    let database = postgres().await;
    let scene = Scene::with(&database, patient).await;
    let machine = Machine::new(&scene.host.url);
    let price = |francs: i64| json!({"pricePerFeatureInstanceCHF": francs});
    let spare = json!({"pricePerFeatureInstanceCHF": 1, "billingPeriod": "MONTHLY"});
    assert_eq!(machine.put("plans/SPARE", &spare).await.status, 201);
    // The new price has seen that nobody is billed by the plan, and is not written yet.
    let held = Lock::of_plans(&database).await;
    let pricing = {
        let machine = machine.clone();
        tokio::spawn(async move { machine.patch("plans/SPARE", &price(2)).await })
    };
    eventually("the price is about to change or was refused", || async {
        pricing.is_finished() || database.number(WAITING).await == 1
    })
    .await;
    let bound = json!({
        "mandateId": FREE, "planKey": "SPARE", "status": "ACTIVE", "stripeSubscriptionId": "sub_new",
        "stripeItemIdInstances": "si_new"
    });
    let binding =
        [("subscriptions/new", bound), ("subscriptions/s-m-open", json!({"planKey": "SPARE"}))].map(|(path, body)| {
            let machine = machine.clone();
            tokio::spawn(async move {
                if path.ends_with("new") { machine.put(path, &body).await } else { machine.patch(path, &body).await }
            })
        });
    eventually("the bindings wait for it", || async { database.number(WAITING).await == 3 }).await;
    held.release().await;
    assert_eq!(pricing.await.unwrap().status, 200);
    for binding in binding {
        let reply = binding.await.unwrap();
        assert!((200..300).contains(&reply.status), "{}", reply.text);
    }
    // From now on the price is that of somebody's bill.
    let refused = machine.patch("plans/SPARE", &price(3)).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "plan-billed"), "{}", refused.text);
    assert_eq!(scene.api.activate(crate::world::ADMIN, OPEN, "f0").await.code(), "billing-incomplete");
}
