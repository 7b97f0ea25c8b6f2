//! `GET /api/store/decisions/{id}`: for present admins of the mandate, and for nobody else.

use reqwest::Method;
use serde_json::{Value, json};

use super::{decision_of, traffic};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    tokens,
    world::{ADMIN, DISABLED, FREE, MEMBER, OPEN, OTHER_ADMIN, STRANGER},
};

on_both_engines!(
    admins_read_what_was_decided,
    a_refusal_is_found_by_its_trace,
    for_everybody_else_there_is_nothing,
    a_trace_of_others_hides_nothing,
    the_decision_on_a_home_tells_nothing_of_other_mandates,
    many_decisions_of_a_mandate_hide_none_of_another,
);

async fn admins_read_what_was_decided(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let activated = scene.api.activate(ADMIN, FREE, "f0").await;
    let id = decision_of(&activated);
    let path = format!("/api/store/decisions/{id}");
    let told = scene.api.get(ADMIN, &path).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let told = told.json();
    let expected = json!({
        "id": id, "question": "activation", "allowed": true, "mandateId": FREE, "featureCode": "f0",
        "instanceId": activated.json()["instanceId"], "reasons": [], "own": true,
        "traceId": activated.header("x-trace-id"),
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&told[name], value, "{name}: {told}");
    }
    assert!(told["fuel"].as_i64().unwrap() > 0);
    assert!(told["at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(told["facts"]["mandate"]["membership"]["roles"][0]["label"], "admin");
    assert_eq!(told["answer"]["activation"]["grant"]["adminRole"], "f0-admin");
    // A colleague, who is an admin too, reads it without the roles of who asked.
    let colleague = scene.api.get("u-a0", &path).await.json();
    assert_eq!((colleague["own"].clone(), colleague["who"].clone()), (json!(false), told["who"].clone()));
    assert!(colleague["facts"]["mandate"]["membership"].get("roles").is_none(), "{colleague}");
    let without = |told: &Value| {
        let mut told = told.clone();
        told["facts"]["mandate"]["membership"].as_object_mut().unwrap().remove("roles");
        told.as_object_mut().unwrap().remove("own");
        told
    };
    assert_eq!(without(&colleague), without(&told));
}

async fn a_refusal_is_found_by_its_trace(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    traffic(&scene, database).await;
    let refused = scene.api.activate(MEMBER, FREE, "f0").await;
    super::records(database, 7).await;
    let trace = refused.json()["traceId"].as_str().unwrap().to_owned();
    let path = format!("/api/store/decisions/{trace}");
    let language = [("accept-language", "fr")];
    let told = scene.api.send(Method::GET, &path, Some(&tokens::of(ADMIN)), &language, None).await.json();
    assert_eq!((told["traceId"].clone(), told["allowed"].clone()), (json!(trace), json!(false)));
    assert_eq!(told["reasons"][0]["code"], "not-admin");
    assert!(told["reasons"][0]["detail"].as_str().unwrap().contains("rôle"), "{told}");
    assert_eq!(told["own"], false);
    // By its own id as well.
    let by_id = scene.api.get(ADMIN, &format!("/api/store/decisions/{}", told["id"].as_str().unwrap())).await;
    assert_eq!(by_id.json()["traceId"], trace);
}

async fn for_everybody_else_there_is_nothing(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let id = decision_of(&scene.api.activate(ADMIN, FREE, "f0").await);
    for user in [MEMBER, STRANGER, DISABLED, OTHER_ADMIN] {
        let [foreign, absent] = [id.as_str(), "d-none"].map(|id| {
            let api = scene.api.clone();
            let path = format!("/api/store/decisions/{id}");
            async move { api.get(user, &path).await }
        });
        let (foreign, absent) = (foreign.await, absent.await);
        assert_eq!((foreign.status, foreign.code().as_str()), (404, "not-found"), "{user}: {}", foreign.text);
        assert_eq!(foreign.comparable(), absent.comparable(), "{user}");
    }
    // Whoever is an admin no more reads nothing any more.
    let role = format!("DELETE FROM membership_roles WHERE membership_id = 'um-{ADMIN}-{FREE}'");
    database.execute(&role).await;
    assert_eq!(scene.api.get(ADMIN, &format!("/api/store/decisions/{id}")).await.status, 404);
}

/// A trace id may be the caller's own choice.
async fn a_trace_of_others_hides_nothing(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    let headers = [("traceparent", parent.as_str())];
    let path = format!("/api/store/decisions/{trace}");
    let mut expected = 0;
    for (user, mandate) in [(ADMIN, FREE), (OTHER_ADMIN, "m-other")] {
        for feature in ["f0", "f1"] {
            let body = json!({"featureCode": feature, "mandateId": mandate}).to_string().into_bytes();
            let token = tokens::of(user);
            let reply = scene.api.send(Method::POST, "/api/store/activate", Some(&token), &headers, Some(body)).await;
            assert_eq!(reply.status, 200, "{}", reply.text);
            expected += 1;
        }
    }
    assert_eq!(database.number("SELECT count(*) FROM decisions").await, expected);
    // The newest of those that concern the caller.
    for (user, mandate) in [(ADMIN, FREE), (OTHER_ADMIN, "m-other")] {
        let told = scene.api.get(user, &path).await.json();
        assert_eq!((told["mandateId"].clone(), told["featureCode"].clone()), (json!(mandate), json!("f1")));
    }
    assert_eq!(scene.api.get(STRANGER, &path).await.status, 404);
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f0").await.status, 200);
}

async fn the_decision_on_a_home_tells_nothing_of_other_mandates(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    // A member of several mandates and admin of none gets a home, whose admin they are.
    let mandates = scene.api.get(MEMBER, "/api/store/mandates").await;
    let home = mandates.json()[0]["id"].as_str().expect("a home").to_owned();
    let trace = mandates.header("x-trace-id").to_owned();
    eventually("it is on record", || async {
        scene.api.get(MEMBER, &format!("/api/store/decisions/{trace}")).await.status == 200
    })
    .await;
    let told = scene.api.get(MEMBER, &format!("/api/store/decisions/{trace}")).await;
    let decision = told.json();
    assert_eq!((&decision["question"], &decision["mandateId"]), (&json!("mandates"), &json!(home)), "{decision}");
    assert_eq!((&decision["allowed"], &decision["own"]), (&json!(true), &json!(true)));
    assert_eq!((&decision["facts"], &decision["answer"]), (&Value::Null, &Value::Null));
    for word in ["price", "status", "counted", "billed", "subscriptions"] {
        assert!(!told.text.contains(word), "`{word}` in {}", told.text);
    }
}

/// Where the caller is a member but no admin, there may be any number of newer ones.
async fn many_decisions_of_a_mandate_hide_none_of_another(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let activated = scene.api.activate(ADMIN, OPEN, "f0").await;
    let id = decision_of(&activated);
    let role = format!("DELETE FROM membership_roles WHERE membership_id = 'um-{ADMIN}-{FREE}'");
    database.execute(&role).await;
    for number in 0..25 {
        database.execute(&super::copied(&id, &format!("copy-{number}"), FREE)).await;
    }
    let trace = activated.header("x-trace-id");
    let told = scene.api.get(ADMIN, &format!("/api/store/decisions/{trace}")).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!(told.json()["id"], json!(id));
}
