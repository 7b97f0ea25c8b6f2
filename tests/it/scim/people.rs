//! Users: written as providers write them, and suspended with all that follows.

use reqwest::Method;
use serde_json::{Value, json};

use super::Provider;
use crate::{
    directory::with_services,
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::Scene,
    world::{ADMIN, FREE, OPEN},
};

on_both_engines!(
    a_user_is_a_user_of_the_machine_api,
    every_way_of_patching_does_what_it_says,
    who_is_suspended_has_nothing_until_active_again,
    a_deleted_user_leaves_every_mandate,
    versions_are_held_to,
);

async fn a_user_is_a_user_of_the_machine_api(database: &TestDatabase) {
    let host = with_services(Setup::new(&database.url)).with_world().serve();
    let provider = Provider::new(&host.url);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "Ada", "externalId": "00u1",
        "name": {"givenName": "Ada"}, "emails": [
            {"value": "home@example.org", "type": "home"}, {"value": "ada@example.org", "type": "work", "primary": true}
        ]
    });
    let created = provider.post("Users", &body).await;
    assert_eq!((created.status, created.header("content-type")), (201, "application/scim+json"), "{}", created.text);
    assert_eq!(created.header("location"), "/scim/v2/Users/00u1");
    let expected = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "00u1", "externalId": "00u1", "userName": "Ada",
        "active": true, "emails": [{"value": "ada@example.org", "type": "work", "primary": true}],
        "meta": {"resourceType": "User", "location": "/scim/v2/Users/00u1", "version": created.header("etag")}
    });
    assert_eq!(created.json(), expected);
    assert_eq!(provider.get("Users/00u1").await.json(), expected);
    let entry = json!({"id": "00u1", "username": "Ada", "email": "ada@example.org", "externalId": "00u1"});
    let machine = provider.0.get("users/00u1").await;
    assert_eq!((machine.json(), machine.header("etag")), (entry, created.header("etag")));
    assert_eq!(provider.put("Users/00u1", &json!({"userName": "Ada L."})).await.status, 200);
    assert_eq!(provider.0.get("users/00u1").await.json(), json!({"id": "00u1", "username": "Ada L.", "email": null}));
    let told = "SELECT actor || ' ' || action || ' ' || subject FROM audit WHERE subject = '00u1' ORDER BY seq";
    assert_eq!(database.lines(told).await, ["service:sync put user 00u1", "service:sync put user 00u1"]);
    let without = provider.post("Users", &json!({"userName": "b@example.org"})).await;
    assert_eq!((without.status, &without.json()["id"]), (201, &json!("b@example.org")), "{}", without.text);
}

async fn every_way_of_patching_does_what_it_says(database: &TestDatabase) {
    let host = with_services(Setup::new(&database.url)).with_world().serve();
    let provider = Provider::new(&host.url);
    let start = json!({"userName": "ada", "externalId": "x", "emails": [{"value": "a@example.org"}]});
    // Name, mail, external id and whether active, afterwards.
    let cases: [(Value, [Value; 4]); 12] = [
        (
            json!([{"op": "replace", "path": "userName", "value": "b"}]),
            [json!("b"), json!("a@example.org"), json!("x"), json!(true)],
        ),
        (
            json!([{"op": "Replace", "path": "active", "value": "False"}]),
            [json!("ada"), json!("a@example.org"), json!("x"), json!(false)],
        ),
        (
            json!([{"op": "replace", "value": {"active": false}}]),
            [json!("ada"), json!("a@example.org"), json!("x"), json!(false)],
        ),
        (
            json!([{"op": "Add", "value": {"emails[type eq \"work\"].value": "w@example.org", "name.givenName": "A"}}]),
            [json!("ada"), json!("w@example.org"), json!("x"), json!(true)],
        ),
        (
            json!([{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "w@example.org"}]),
            [json!("ada"), json!("w@example.org"), json!("x"), json!(true)],
        ),
        (
            json!([{"op": "add", "path": "emails", "value": [{"value": "n@example.org", "primary": true}]}]),
            [json!("ada"), json!("n@example.org"), json!("x"), json!(true)],
        ),
        (json!([{"op": "remove", "path": "emails"}]), [json!("ada"), json!(null), json!("x"), json!(true)]),
        (
            json!([{"op": "remove", "path": "emails[value eq \"a@example.org\"]"}]),
            [json!("ada"), json!(null), json!("x"), json!(true)],
        ),
        (
            json!([{"op": "remove", "path": "externalId"}]),
            [json!("ada"), json!("a@example.org"), json!(null), json!(true)],
        ),
        (
            json!([{"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "d"}]),
            [json!("ada"), json!("a@example.org"), json!("x"), json!(true)],
        ),
        (
            json!([{"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:userName", "value": "c"}]),
            [json!("c"), json!("a@example.org"), json!("x"), json!(true)],
        ),
        (
            json!([{"op": "replace", "path": "userName", "value": "b"}, {"op": "replace", "path": "userName", "value": "c"}]),
            [json!("c"), json!("a@example.org"), json!("x"), json!(true)],
        ),
    ];
    for (operations, expected) in cases {
        assert_eq!(provider.post("Users", &start).await.status, 201);
        let reply = provider.patch("Users/x", &operations).await;
        assert_eq!(reply.status, 200, "{operations}: {}", reply.text);
        let user = reply.json();
        let got =
            [&user["userName"], &user["emails"][0]["value"], &user["externalId"], &user["active"]].map(Value::clone);
        assert_eq!(got, expected, "{operations}");
        assert_eq!(provider.get("Users/x").await.json(), user, "{operations}");
        assert_eq!(provider.delete("Users/x").await.status, 204);
    }
}

async fn who_is_suspended_has_nothing_until_active_again(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let provider = Provider::new(&scene.host.url);
    assert_eq!(scene.api.activate("u-a0", OPEN, "f0").await.status, 200);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 1);
    for _ in 0..2 {
        let reply = provider.patch("Users/u-a0", &json!([{"op": "replace", "path": "active", "value": false}])).await;
        assert_eq!((reply.status, &reply.json()["active"]), (200, &json!(false)), "{}", reply.text);
    }
    assert_eq!(database.number("SELECT count(*) FROM accesses WHERE user_id = 'u-a0'").await, 0);
    let enabled = "SELECT count(*) FROM memberships WHERE user_id = 'u-a0' AND enabled = 1";
    assert_eq!(database.number(enabled).await, 0);
    assert!(scene.api.activate("u-a0", OPEN, "f1").await.status >= 400);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
    // A group that the user joins meanwhile gives nothing, either.
    let joined = json!([{"op": "add", "path": "members", "value": [{"value": "u-a0"}]}]);
    assert_eq!(provider.patch("Groups/r-m-other-admin", &joined).await.status, 200);
    assert_eq!(database.number(enabled).await, 0);
    // Nor does a first visit.
    assert_eq!(provider.post("Users", &json!({"userName": "ghost", "active": false})).await.status, 201);
    assert_eq!(scene.api.get("ghost", "/api/store/mandates").await.json(), json!([]));
    let reply = provider.patch("Users/u-a0", &json!([{"op": "replace", "path": "active", "value": true}])).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(database.number(enabled).await, 8);
    assert_eq!(scene.api.activate("u-a0", OPEN, "f1").await.status, 200);
    scene.settled(OPEN).await;
}

async fn a_deleted_user_leaves_every_mandate(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let provider = Provider::new(&scene.host.url);
    assert_eq!(scene.api.activate("u-a0", OPEN, "f0").await.status, 200);
    scene.settled(OPEN).await;
    assert_eq!(provider.delete("Users/u-a0").await.status, 204);
    assert_eq!(provider.get("Users/u-a0").await.status, 404);
    assert_eq!(provider.delete("Users/u-a0").await.status, 404);
    assert_eq!(database.number("SELECT count(*) FROM memberships WHERE user_id = 'u-a0'").await, 0);
    assert!(scene.api.states(ADMIN, FREE).await.is_empty());
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
}

async fn versions_are_held_to(database: &TestDatabase) {
    let host = with_services(Setup::new(&database.url)).with_world().serve();
    let provider = Provider::new(&host.url);
    for path in ["Users/u-stranger", "Groups/r-m-open-admin"] {
        let seen = provider.get(path).await;
        let tag = seen.header("etag").to_owned();
        assert_eq!(seen.json()["meta"]["version"], tag.as_str());
        assert_eq!(provider.send(Method::GET, path, &[("if-none-match", &tag)], None).await.status, 304);
        let value = if path.starts_with("Users") { json!({"userName": "anew"}) } else { json!({"externalId": "anew"}) };
        let body = json!({"Operations": [{"op": "replace", "value": value}]});
        let fresh = provider.send(Method::PATCH, path, &[("if-match", &tag)], Some(&body)).await;
        assert_eq!(fresh.status, 200, "{}", fresh.text);
        assert_ne!(fresh.header("etag"), tag);
        for method in [Method::PATCH, Method::DELETE] {
            let stale = provider.send(method, path, &[("if-match", "\"stale\"")], Some(&body)).await;
            assert_eq!(super::shown(&stale), "412", "{path}");
        }
    }
}
