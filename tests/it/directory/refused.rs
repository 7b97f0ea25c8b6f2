//! What is no entry, or does not fit what is there, is refused with the place and changes nothing.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Machine, with_services};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::Scene,
    world::{ADMIN, FREE, MEMBER, OPEN, STRANGER},
};

on_both_engines!(what_does_not_fit_is_refused_and_named, what_is_in_use_stays, access_is_for_members);

async fn what_does_not_fit_is_refused_and_named(database: &TestDatabase) {
    let setup = with_services(Setup::new(&database.url)).with_world();
    let host = setup.serve();
    let machine = Machine::new(&host.url);
    let before = setup.export();
    let member = |user: &str, mandate: &str| json!({"userId": user, "mandateId": mandate});
    let membership = format!("memberships/um-{ADMIN}-{FREE}");
    let cases: Vec<(&str, Value, u16, &str, &str)> = vec![
        ("users/new", json!({}), 422, "invalid-field", "/username"),
        ("users/new", json!({"username": "n", "mail": "m"}), 422, "invalid-field", "/mail"),
        ("users/new", json!({"id": "other", "username": "n"}), 422, "invalid-field", "/id"),
        ("users/new", json!("text"), 422, "invalid-field", ""),
        (
            "plans/new",
            json!({"pricePerFeatureInstanceCHF": 1.005}),
            422,
            "invalid-field",
            "/pricePerFeatureInstanceCHF",
        ),
        ("memberships/new", member("nobody", FREE), 422, "invalid-field", "/userId"),
        ("memberships/new", member(STRANGER, "nowhere"), 422, "invalid-field", "/mandateId"),
        (
            "accesses/new",
            json!({"userId": ADMIN, "featureInstanceId": "none"}),
            422,
            "invalid-field",
            "/featureInstanceId",
        ),
        ("memberships/new", member(ADMIN, FREE), 409, "value-taken", "/userId"),
        (&membership, member(STRANGER, FREE), 409, "field-fixed", "/userId"),
        (&membership, member(ADMIN, OPEN), 409, "field-fixed", "/mandateId"),
        ("roles/r-m-free-admin", json!({"roleLabel": "admin", "mandateId": OPEN}), 409, "field-fixed", "/mandateId"),
        (
            "subscriptions/new",
            json!({"mandateId": FREE, "planKey": "FREE", "status": "ACTIVE", "stripeSubscriptionId": "sub_planted_open"}),
            409,
            "value-taken",
            "/stripeSubscriptionId",
        ),
    ];
    for (path, body, status, code, pointer) in cases {
        let reply = machine.put(path, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{path} {body}: {}", reply.text);
        let told = reply.json()["pointer"].clone();
        assert_eq!(told.as_str(), Some(pointer), "{path} {body}: {}", reply.text);
    }
    let twice = machine
        .send(Method::PUT, "users/new", &[("content-type", "application/json"), ("if-none-match", "\"x\"")], None)
        .await;
    assert_eq!(twice.status, 422, "{}", twice.text);
    assert_eq!(setup.export(), before);
}

async fn what_is_in_use_stays(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f0").await.status, 200);
    for (path, by) in [("plans/PAID", "subscriptions"), ("features/f0", "instances")] {
        let reply = machine.delete(path).await;
        assert_eq!((reply.status, reply.code().as_str()), (409, "entry-in-use"), "{path}: {}", reply.text);
        assert_eq!(reply.json()["reasons"][0]["params"], json!({"by": by, "count": 1}));
        assert_eq!(machine.get(path).await.status, 200);
    }
    assert_eq!(machine.delete("features/f11").await.status, 204);
}

async fn access_is_for_members(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    let instance = scene.api.activate(ADMIN, OPEN, "f0").await.json()["instanceId"].as_str().unwrap().to_owned();
    let access = |user: &str| json!({"userId": user, "featureInstanceId": instance});
    for user in [STRANGER, crate::world::DISABLED] {
        let reply = machine.put("accesses/new", &access(user)).await;
        assert_eq!((reply.status, reply.code().as_str()), (409, "not-a-member"), "{user}: {}", reply.text);
    }
    assert_eq!(machine.put("accesses/new", &access(MEMBER)).await.status, 201);
    let taken = machine.put("accesses/second", &access(MEMBER)).await;
    assert_eq!((taken.status, taken.code().as_str()), (409, "value-taken"), "{}", taken.text);
    // Nobody else has it then, so that it goes and the bill with it.
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &instance).await.json()["instanceDeleted"], json!(false));
    assert_eq!(machine.delete("accesses/new").await.status, 204);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
}
