//! Whoever leaves hands over: the colleague's access and the end of one's own are one transaction.

use serde_json::json;

use super::{accesses, instance, path, share, told};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, MEMBER, OPEN},
};

on_both_engines!(one_comes_and_one_goes, what_cannot_be_handed_over_stays);

async fn one_comes_and_one_goes(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = instance(&scene, ADMIN, OPEN).await;
    let body = json!({"mandateId": OPEN, "userId": MEMBER, "role": "f0-admin", "ownAccess": "leave"});
    let first = scene.api.post_keyed(ADMIN, &path(&instance), "a", &body).await;
    assert_eq!((first.status, first.json()["handedOver"].clone()), (200, json!(true)), "{}", first.text);
    assert_eq!(accesses(database).await, [format!("{MEMBER} f0-admin 1")]);
    let again = scene.api.post_keyed(ADMIN, &path(&instance), "a", &body).await;
    assert_eq!(again.comparable(), first.comparable());
    let handed = "SELECT count(*) FROM changes c JOIN decisions d ON d.id = c.id WHERE c.batch_id IS NOT NULL \
         AND c.kind IN ('share', 'leave') AND c.state = 'done' AND d.allowed = 1";
    assert_eq!(database.number(handed).await, 2);
    assert_eq!(database.number("SELECT count(DISTINCT batch_id) FROM changes WHERE batch_id IS NOT NULL").await, 1);
    let told = told(database).await;
    assert_eq!(told[1..], ["access.granted u-member [\"f0-admin\"]", "access.revoked u-admin []"]);
    // The instance lives and is billed as before.
    scene.settled(OPEN).await;
    assert_eq!((scene.billed(OPEN), scene.api.counted(ADMIN, OPEN).await), (1, 1));
    assert_eq!(scene.setup.run(&["policy", "replay"]).0, 0);
}

async fn what_cannot_be_handed_over_stays(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = instance(&scene, ADMIN, OPEN).await;
    assert_eq!(share(&scene, ADMIN, &instance, "u-a0", "f0-user").await.status, 200);
    let before = accesses(database).await;
    let hand_over = |to: &str| json!({"mandateId": OPEN, "userId": to, "role": "f0-admin", "ownAccess": "leave"});
    for (user, to, status, code) in [
        (ADMIN, "nobody", 404, "colleague-not-found"),
        // Nothing of one's own to be handed over.
        ("u-a1", MEMBER, 404, "no-access"),
        (MEMBER, "u-a1", 403, "not-admin"),
    ] {
        let reply = scene.api.post(user, &path(&instance), &hand_over(to)).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{user} to {to}: {}", reply.text);
    }
    // To oneself nothing is handed over, whichever role it is.
    for role in ["f0-admin", "f0-user"] {
        let body = json!({"mandateId": OPEN, "userId": ADMIN, "role": role, "ownAccess": "leave"});
        let reply = scene.api.post(ADMIN, &path(&instance), &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (422, "invalid-field"), "{role}: {}", reply.text);
        assert_eq!(reply.json()["pointer"], json!("/ownAccess"), "{}", reply.text);
    }
    assert_eq!(accesses(database).await, before, "half of it was done");
    // Somebody who has access in another role gets this one.
    let reply = scene.api.post(ADMIN, &path(&instance), &hand_over("u-a0")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(accesses(database).await, ["u-a0 f0-admin 1"]);
}
