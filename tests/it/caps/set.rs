//! Who may see and set limits, held to what they saw; what is on the trail of it, and that open pages know.

use reqwest::Method;
use serde_json::{Value, json};

use super::{path, put, set};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    tokens,
    world::{ADMIN, MEMBER, OPEN, STRANGER},
};

on_both_engines!(
    admins_set_and_lift_them,
    who_may,
    what_is_no_limit_is_told,
    a_change_is_held_to_what_was_seen,
    pages_know
);

async fn admins_set_and_lift_them(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let none = json!({"mandateId": OPEN, "instances": null, "monthly": null});
    assert_eq!(scene.api.get(ADMIN, &path(OPEN)).await.json(), none);
    let caps = json!({"instances": 4, "monthly": {"minor": 50_000, "currency": "CHF"}});
    let reply = put(&scene, ADMIN, OPEN, None, &caps).await;
    let set = json!({"mandateId": OPEN, "instances": 4, "monthly": {"minor": 50_000, "currency": "CHF"}});
    assert_eq!((reply.status, reply.json()), (200, set.clone()));
    assert_eq!(scene.api.get("u-a0", &path(OPEN)).await.json(), set);
    let lifted = scene.api.send(Method::DELETE, &path(OPEN), Some(&tokens::of("u-a0")), &[], None).await;
    assert_eq!((lifted.status, lifted.json()), (200, none.clone()));
    assert_eq!(scene.api.get(ADMIN, &path(OPEN)).await.json(), none);
    let trail = database
        .lines(
            "SELECT actor || ' ' || mandate_id || ' ' || coalesce(before_state, '-') || ' ' || coalesce(after_state, '-') \
             FROM audit WHERE action = 'set caps' ORDER BY seq",
        )
        .await;
    let state = r#"{"instances":4,"monthly":{"currency":"CHF","minor":50000}}"#;
    let parts = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let [first, second] = [parts(&trail[0]), parts(&trail[1])];
    assert_eq!((trail.len(), &first[..3]), (2, &[format!("user:{ADMIN}"), OPEN.to_owned(), "-".to_owned()][..]));
    assert_eq!(parse(&first[3]), parse(state));
    assert_eq!((second[0].as_str(), parse(&second[2]), second[3].as_str()), ("user:u-a0", parse(state), "-"));
}

async fn who_may(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for (user, status, code) in [(MEMBER, 403, "not-admin"), (STRANGER, 404, "mandate-not-found")] {
        let replies = [
            scene.api.get(user, &path(OPEN)).await,
            put(&scene, user, OPEN, None, &json!({"instances": 0})).await,
            scene.api.send(Method::DELETE, &path(OPEN), Some(&tokens::of(user)), &[], None).await,
        ];
        for reply in replies {
            assert_eq!((reply.status, reply.code().as_str()), (status, code), "{user}: {}", reply.text);
        }
    }
    let nowhere = put(&scene, ADMIN, "m-nowhere", None, &json!({"instances": 0})).await;
    assert_eq!((nowhere.status, nowhere.code().as_str()), (404, "mandate-not-found"));
    assert_eq!(scene.api.get(ADMIN, &path(OPEN)).await.json()["instances"], Value::Null);
    assert!(database.lines("SELECT action FROM audit WHERE action = 'set caps'").await.is_empty());
}

async fn what_is_no_limit_is_told(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for (body, pointer) in [
        (json!({"instances": -1}), "/instances"),
        (json!({"instances": "many"}), "/instances"),
        (json!({"monthly": 5}), "/monthly"),
        (json!({"monthly": {"currency": "CHF"}}), "/monthly/minor"),
        (json!({"monthly": {"minor": 5}}), "/monthly/currency"),
        (json!({"monthly": {"minor": 5, "currency": "chf"}}), "/monthly/currency"),
        (json!({"instance": 1}), "/instance"),
    ] {
        let reply = put(&scene, ADMIN, OPEN, None, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (422, "invalid-field"), "{body}: {}", reply.text);
        assert!(reply.text.contains(&format!("\"{pointer}\"")), "{body}: {}", reply.text);
    }
}

async fn a_change_is_held_to_what_was_seen(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let tag = scene.api.get(ADMIN, &path(OPEN)).await.header("etag").to_owned();
    let first = put(&scene, ADMIN, OPEN, Some(&tag), &json!({"instances": 5})).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let late = put(&scene, "u-a0", OPEN, Some(&tag), &json!({"instances": 7})).await;
    assert_eq!((late.status, late.code().as_str()), (412, "precondition-failed"), "{}", late.text);
    // The same once more is not refused: it is so.
    assert_eq!(put(&scene, ADMIN, OPEN, Some(&tag), &json!({"instances": 5})).await.status, 200);
    let again = put(&scene, "u-a0", OPEN, Some(first.header("etag")), &json!({"instances": 7})).await;
    assert_eq!((again.status, again.json()["instances"].as_i64()), (200, Some(7)));
    let seen = [("if-none-match", again.header("etag"))];
    let unchanged = scene.api.send(Method::GET, &path(OPEN), Some(&tokens::of(ADMIN)), &seen, None).await;
    assert_eq!(unchanged.status, 304);
}

async fn pages_know(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let preflight = format!("/api/store/preflight?mandateId={OPEN}");
    let before = scene.api.get(ADMIN, &preflight).await.json();
    set(&scene, ADMIN, OPEN, Some(0), None).await;
    let after = scene.api.get(ADMIN, &preflight).await.json();
    assert_ne!(before["factsVersion"], after["factsVersion"]);
    assert_eq!(after["facts"]["mandate"]["caps"], json!({"instances": 0, "monthly": null}));
    assert!(after.to_string().contains("instance-cap-reached"), "{after}");
}
