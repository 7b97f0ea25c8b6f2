//! Who may what: admin roles by label and scope, members only, the store's features only.

use serde_json::{Value, json};

use super::on_both_engines;
use crate::{
    engines::TestDatabase,
    scene::Scene,
    world::{self, ADMIN, CLOSED, FREE, LAPSED, MEMBER, OTHER, OTHER_ADMIN, STRANGER, SYSTEM},
};

on_both_engines!(
    only_a_configured_label_of_the_mandate_itself_makes_an_admin,
    unknown_plans_and_ended_trials_are_refused,
    two_memberships_of_one_user_are_merged_on_import,
    only_members_see_a_subscription,
    deactivation_asks_for_membership_and_feature,
    an_admin_sees_and_ends_what_a_departed_colleague_activated,
    only_features_of_the_store_in_open_customer_mandates,
    where_the_operator_says_so_only_an_admin_ends_an_orphan,
);

async fn only_a_configured_label_of_the_mandate_itself_makes_an_admin(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = activated(&scene, ADMIN, FREE, "f0").await;
    let labels = ["noadmin", "Non-Administrative Guest", "administrator", "admins"];
    let mut document = json!({"format": "feature-store-fixture/1", "users": [], "roles": [], "memberships": []});
    let mut add = |user: &str, role: Value| {
        document["users"].as_array_mut().unwrap().push(json!({"id": user, "username": user}));
        document["memberships"].as_array_mut().unwrap().push(json!({
            "id": format!("um-{user}"), "userId": user, "mandateId": FREE, "roleIds": [role["id"]]
        }));
        document["roles"].as_array_mut().unwrap().push(role);
    };
    for (n, label) in labels.iter().enumerate() {
        add(&format!("u-fake{n}"), json!({"id": format!("r-fake{n}"), "roleLabel": label, "mandateId": FREE}));
    }
    add("u-fake4", json!({"id": "r-fake4", "roleLabel": "admin", "mandateId": FREE, "featureInstanceId": instance}));
    add("u-fake5", json!({"id": "r-fake5", "roleLabel": "admin", "mandateId": OTHER}));
    add("u-real", json!({"id": "r-real", "roleLabel": "  ADMIN ", "mandateId": FREE}));
    scene.setup.import(&document);
    for n in 0..6 {
        let reply = scene.api.activate(&format!("u-fake{n}"), FREE, "f1").await;
        assert_eq!((reply.status, reply.code().as_str()), (403, "not-admin"), "u-fake{n}: {}", reply.text);
    }
    assert_eq!(scene.api.activate("u-real", FREE, "f1").await.status, 200);
}

async fn unknown_plans_and_ended_trials_are_refused(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let mut document = world::document();
    document["subscriptions"].as_array_mut().unwrap().retain(|one| one["mandateId"] == json!(FREE));
    document["subscriptions"][0]["planKey"] = json!("NO_SUCH_PLAN");
    scene.setup.import(&only(&document, &["subscriptions"]));
    let reply = scene.api.activate(ADMIN, FREE, "f0").await;
    assert_eq!((reply.status, reply.code().as_str()), (402, "plan-unknown"), "{}", reply.text);
    document["subscriptions"][0]["planKey"] = json!("FREE3");
    document["subscriptions"][0]["status"] = json!("TRIALING");
    document["subscriptions"][0]["trialEndsAt"] = json!("2020-01-01T00:00:00Z");
    scene.setup.import(&only(&document, &["subscriptions"]));
    let reply = scene.api.activate(ADMIN, FREE, "f0").await;
    assert_eq!((reply.status, reply.code().as_str()), (402, "no-subscription"), "{}", reply.text);
    let lapsed = scene.api.activate(ADMIN, LAPSED, "f0").await;
    assert_eq!((lapsed.status, lapsed.code().as_str()), (402, "no-subscription"), "{}", lapsed.text);
}

async fn two_memberships_of_one_user_are_merged_on_import(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let document = json!({
        "format": "feature-store-fixture/1",
        "memberships": [
            {"id": "um-twice-1", "userId": STRANGER, "mandateId": FREE, "roleIds": [format!("r-{FREE}-member")]},
            {"id": "um-twice-2", "userId": STRANGER, "mandateId": FREE, "roleIds": [format!("r-{FREE}-admin")]}
        ]
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), document.to_string()).unwrap();
    let (code, out, errors) = scene.setup.run(&["import", &file.path().to_string_lossy()]);
    assert_eq!(code, 0, "{errors}");
    assert!(format!("{out}{errors}").contains("um-twice-2"), "it says which were merged: {out}{errors}");
    assert_eq!(scene.api.activate(STRANGER, FREE, "f0").await.status, 200, "the admin role of the second row counts");
}

async fn only_members_see_a_subscription(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let path = format!("/api/store/subscription-info?mandateId={FREE}");
    assert_eq!(scene.api.get(MEMBER, &path).await.status, 200);
    for user in [STRANGER, OTHER_ADMIN, world::DISABLED] {
        let reply = scene.api.get(user, &path).await;
        assert_eq!((reply.status, reply.code().as_str()), (404, "mandate-not-found"), "{user}");
    }
}

async fn deactivation_asks_for_membership_and_feature(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = activated(&scene, ADMIN, FREE, "f0").await;
    for (user, mandate, feature, code) in [
        (ADMIN, FREE, "f1", "instance-not-found"),
        (ADMIN, world::PAID, "f0", "instance-not-found"),
        (OTHER_ADMIN, FREE, "f0", "instance-not-found"),
        (STRANGER, FREE, "f0", "instance-not-found"),
        (MEMBER, FREE, "f0", "no-access"),
    ] {
        let reply = scene.api.deactivate(user, mandate, feature, &instance).await;
        assert_eq!((reply.status, reply.code().as_str()), (404, code), "{user} {mandate} {feature}");
    }
    assert_eq!(scene.api.counted(ADMIN, FREE).await, 1);
}

async fn an_admin_sees_and_ends_what_a_departed_colleague_activated(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = activated(&scene, "u-a0", FREE, "f0").await;
    let mut gone = world::document();
    gone["memberships"].as_array_mut().unwrap().retain(|one| one["userId"] == "u-a0" && one["mandateId"] == FREE);
    gone["memberships"][0]["enabled"] = json!(false);
    scene.setup.import(&only(&gone, &["memberships"]));
    let listed = scene.api.get(ADMIN, &format!("/api/store/instances?mandateId={FREE}")).await.json();
    assert_eq!((&listed[0]["instanceId"], &listed[0]["users"]), (&json!(instance), &json!(1)), "{listed}");
    let request = json!({"featureCode": "f0", "mandateId": FREE, "instanceId": instance, "scope": "mandate"});
    let refused = scene.api.post(MEMBER, "/api/store/deactivate", &request).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-admin"), "{}", refused.text);
    let ended = scene.api.post(ADMIN, "/api/store/deactivate", &request).await;
    assert_eq!((ended.status, ended.json()["instanceDeleted"].clone()), (200, json!(true)), "{}", ended.text);
    assert_eq!(scene.api.counted(ADMIN, FREE).await, 0);
}

async fn only_features_of_the_store_in_open_customer_mandates(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for (mandate, feature, status, code) in [
        (FREE, "internal", 404, "feature-not-found"),
        (FREE, "no-such-feature", 404, "feature-not-found"),
        (SYSTEM, "f0", 403, "mandate-closed"),
        (CLOSED, "f0", 403, "mandate-closed"),
        (OTHER, "f0", 404, "mandate-not-found"),
        (FREE, "noadmin", 409, "feature-misconfigured"),
    ] {
        let reply = scene.api.activate(ADMIN, mandate, feature).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{mandate} {feature}: {}", reply.text);
    }
    let features = scene.api.get(ADMIN, "/api/store/features").await.json();
    assert!(features.as_array().unwrap().iter().all(|one| one["featureCode"] != "internal"), "{features}");
}

async fn where_the_operator_says_so_only_an_admin_ends_an_orphan(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_ORPHAN_END", "admin")).await;
    let instance = activated(&scene, ADMIN, FREE, "f0").await;
    let shared = json!({
        "format": "feature-store-fixture/1",
        "accesses": [{"id": "a-member", "userId": MEMBER, "featureInstanceId": instance}]
    });
    scene.setup.import(&shared);
    let left = scene.api.deactivate(ADMIN, FREE, "f0", &instance).await;
    assert_eq!((left.status, left.json()["instanceDeleted"].clone()), (200, json!(false)), "{}", left.text);
    let refused = scene.api.deactivate(MEMBER, FREE, "f0", &instance).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-admin"), "{}", refused.text);
    assert_eq!(scene.api.counted(ADMIN, FREE).await, 1);
}

async fn activated(scene: &Scene, user: &str, mandate: &str, feature: &str) -> String {
    let reply = scene.api.activate(user, mandate, feature).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["instanceId"].as_str().unwrap().to_owned()
}

/// The document with these sections only.
fn only(document: &Value, sections: &[&str]) -> Value {
    let mut part = json!({"format": "feature-store-fixture/1"});
    for section in sections {
        part[*section] = document[*section].clone();
    }
    part
}
