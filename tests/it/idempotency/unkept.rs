//! Refusals are not kept: once the cause is gone, the same key is let through and bought with once.

use reqwest::Method;
use serde_json::json;

use super::{ACTIVATE, DEACTIVATE, RESTORE, wish};
use crate::{
    api::Reply,
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    tokens,
    world::{ADMIN, FREE, MEMBER, PAID},
};

on_both_engines!(
    a_refusal_by_the_rules_is_not_kept,
    a_request_that_was_no_good_is_not_kept,
    billing_out_of_reach_is_not_kept,
);

#[track_caller]
fn is(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, reply.code().as_str()), (status, code), "{}", reply.text);
}

async fn a_refusal_by_the_rules_is_not_kept(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let activate = |user: &'static str, key: &'static str, feature: &'static str| {
        let api = scene.api.clone();
        async move { api.post_keyed(user, ACTIVATE, key, &wish(FREE, feature)).await }
    };
    // 409 until the feature has a role to give.
    is(&activate(ADMIN, "409", "noadmin").await, 409, "feature-misconfigured");
    scene.setup.import(&json!({
        "format": "feature-store-fixture/1",
        "features": [{"code": "noadmin", "label": {"en": "No Admin"}, "templateRoles": ["noadmin-admin"]}]
    }));
    is(&activate(ADMIN, "409", "noadmin").await, 200, "");
    // 404 until the feature is there.
    is(&activate(ADMIN, "404", "new").await, 404, "feature-not-found");
    scene.setup.import(&json!({"format": "feature-store-fixture/1", "features": [{"code": "new", "label": {}}]}));
    is(&activate(ADMIN, "404", "new").await, 200, "");
    // 403 until the member is an admin.
    is(&activate(MEMBER, "403", "f0").await, 403, "not-admin");
    scene.setup.import(&json!({
        "format": "feature-store-fixture/1",
        "memberships": [{
            "id": format!("um-{MEMBER}-{FREE}"), "userId": MEMBER, "mandateId": FREE,
            "roleIds": [format!("r-{FREE}-admin")]
        }]
    }));
    let third = activate(MEMBER, "403", "f0").await;
    is(&third, 200, "");
    // 402 until there is room again.
    is(&activate(ADMIN, "402", "f1").await, 402, "capacity-reached");
    let instance = third.json()["instanceId"].clone();
    let ending = json!({"featureCode": "f0", "mandateId": FREE, "instanceId": instance});
    // The same for giving up: 404 until there is an access to give up.
    is(&scene.api.post_keyed(ADMIN, DEACTIVATE, "404", &ending).await, 404, "no-access");
    scene.setup.import(&json!({
        "format": "feature-store-fixture/1",
        "accesses": [{"id": "a-new", "userId": ADMIN, "featureInstanceId": instance}]
    }));
    is(&scene.api.post_keyed(ADMIN, DEACTIVATE, "404", &ending).await, 200, "");
    is(&scene.api.post_keyed(MEMBER, DEACTIVATE, "404", &ending).await, 200, "");
    is(&activate(ADMIN, "402", "f1").await, 200, "");
    // And for restoring: 402 again until there is room.
    let coming_back = json!({"instanceId": instance, "mandateId": FREE});
    is(&scene.api.post_keyed(ADMIN, RESTORE, "402", &coming_back).await, 402, "capacity-reached");
    let bigger = json!({
        "format": "feature-store-fixture/1",
        "subscriptions": [{"id": format!("s-{FREE}"), "mandateId": FREE, "planKey": "FREE", "status": "ACTIVE"}]
    });
    scene.setup.import(&bigger);
    is(&scene.api.post_keyed(ADMIN, RESTORE, "402", &coming_back).await, 200, "");
    assert_eq!(scene.api.counted(ADMIN, FREE).await, 4);
}

async fn a_request_that_was_no_good_is_not_kept(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let send = |token: String, media_type: &'static str, body: &'static str| {
        let api = scene.api.clone();
        async move {
            let headers = [("idempotency-key", "a"), ("content-type", media_type)];
            api.send(Method::POST, ACTIVATE, Some(&token), &headers, Some(body.as_bytes().to_vec())).await
        }
    };
    const JSON: &str = "application/json";
    const GOOD: &str = r#"{"featureCode": "f0", "mandateId": "m-paid"}"#;
    let expired = tokens::signed(&tokens::claims(ADMIN, -3600), tokens::SECRET);
    is(&send(expired, JSON, GOOD).await, 401, "unauthorized");
    is(&send(tokens::of(ADMIN), JSON, "{").await, 400, "malformed-json");
    is(&send(tokens::of(ADMIN), JSON, r#"{"featureCode": 1, "mandateId": "m-paid"}"#).await, 422, "invalid-field");
    is(&send(tokens::of(ADMIN), "text/plain", GOOD).await, 415, "unsupported-media-type");
    is(&send(tokens::of(ADMIN), JSON, GOOD).await, 200, "");
    assert_eq!(scene.billed(PAID), 1);
}

async fn billing_out_of_reach_is_not_kept(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "1s")).await;
    scene.sim.stop().await;
    let refused = scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await;
    is(&refused, 503, "billing-unavailable");
    assert!(!refused.header("retry-after").is_empty());
    is(&scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await, 503, "billing-unavailable");
    assert_eq!(scene.api.counted(ADMIN, PAID).await, 0);
    scene.sim.restart().await.expect("the simulator is back");
    eventually("the same key is let through", || async {
        scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await.status == 200
    })
    .await;
    scene.settled(PAID).await;
    assert_eq!(scene.billed(PAID), 1, "bought once");
}
