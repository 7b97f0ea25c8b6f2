//! An access is taken away: by an admin, or given up; and with the last one the instance ends and the bill goes down.

use serde_json::json;

use super::{accesses, instance, share, told, unshare};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, MEMBER, OPEN, STRANGER},
};

on_both_engines!(the_last_access_taken_ends_the_instance, who_may_take_what, a_repeat_takes_once);

async fn the_last_access_taken_ends_the_instance(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = instance(&scene, "u-a0", OPEN).await;
    assert_eq!(share(&scene, ADMIN, &instance, MEMBER, "f0-user").await.status, 200);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 1);
    let taken = unshare(&scene, ADMIN, &instance, None, &json!({"mandateId": OPEN, "userId": "u-a0"})).await;
    assert_eq!(taken.status, 200, "{}", taken.text);
    assert_eq!(taken.json()["instanceDeleted"], json!(false), "{}", taken.text);
    assert_eq!(taken.json()["featureCode"], json!("f0"));
    assert_eq!(accesses(database).await, [format!("{MEMBER} f0-user 1")]);
    assert_eq!(scene.billed(OPEN), 1);
    // The member's own, and the last one.
    let last = unshare(&scene, MEMBER, &instance, None, &json!({"mandateId": OPEN})).await;
    assert_eq!((last.status, last.json()["instanceDeleted"].clone()), (200, json!(true)), "{}", last.text);
    assert!(accesses(database).await.is_empty());
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
    let kinds = database.lines("SELECT kind FROM changes WHERE kind <> 'activate' ORDER BY seq").await;
    assert_eq!(kinds, ["share", "leave", "end"]);
    let revoked = told(database).await.split_off(2);
    assert_eq!(revoked, ["access.revoked u-a0 []", "access.revoked u-member [\"f0-user\"]"]);
    assert_eq!(database.number("SELECT count(*) FROM events WHERE kind = 'instance.ended'").await, 1);
    // Within a week it comes back with whoever had it last.
    assert_eq!(scene.api.restore(ADMIN, OPEN, &instance).await.status, 200);
    assert_eq!(accesses(database).await, [format!("{ADMIN} f0-admin 1"), format!("{MEMBER} f0-user 1")]);
}

async fn who_may_take_what(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = instance(&scene, ADMIN, OPEN).await;
    assert_eq!(share(&scene, ADMIN, &instance, MEMBER, "f0-user").await.status, 200);
    let before = accesses(database).await;
    let of = |user: &str| json!({"mandateId": OPEN, "userId": user});
    for (user, id, body, status, code) in [
        (MEMBER, instance.as_str(), of(ADMIN), 403, "not-admin"),
        (STRANGER, &instance, of(ADMIN), 404, "instance-not-found"),
        (ADMIN, &instance, of("u-a0"), 404, "no-access"),
        (ADMIN, &instance, of("nobody"), 404, "no-access"),
        ("u-a0", &instance, json!({"mandateId": OPEN}), 404, "no-access"),
        (ADMIN, "none", of(MEMBER), 404, "instance-not-found"),
        (ADMIN, &instance, json!({"mandateId": crate::world::FREE, "userId": MEMBER}), 404, "instance-not-found"),
        (ADMIN, &instance, json!({"userId": MEMBER}), 422, "invalid-field"),
    ] {
        let reply = unshare(&scene, user, id, None, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{user} {body}: {}", reply.text);
    }
    assert_eq!(accesses(database).await, before);
}

async fn a_repeat_takes_once(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = instance(&scene, ADMIN, OPEN).await;
    assert_eq!(share(&scene, ADMIN, &instance, MEMBER, "f0-user").await.status, 200);
    let body = json!({"mandateId": OPEN, "userId": MEMBER});
    let first = unshare(&scene, ADMIN, &instance, Some("a"), &body).await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert_eq!(share(&scene, ADMIN, &instance, MEMBER, "f0-user").await.status, 200, "once more");
    let again = unshare(&scene, ADMIN, &instance, Some("a"), &body).await;
    assert_eq!(again.comparable(), first.comparable());
    assert_eq!(accesses(database).await.len(), 2, "a repeat took it away again");
    let other = unshare(&scene, ADMIN, &instance, Some("a"), &json!({"mandateId": OPEN})).await;
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency-key-reused"), "{}", other.text);
}
