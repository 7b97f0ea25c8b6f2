//! An admin gives access: to members of the mandate, in one of the instance's roles.

use serde_json::json;

use super::{accesses, instance, path, share, told};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, DISABLED, MEMBER, OPEN, OTHER_ADMIN, STRANGER},
};

on_both_engines!(
    a_colleague_gets_access_and_another_role,
    who_may_give_what_to_whom,
    a_repeat_under_the_same_key_gives_once,
    what_is_switched_off_is_switched_on_again,
);

async fn a_colleague_gets_access_and_another_role(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = instance(&scene, ADMIN, OPEN).await;
    let before = database.number("SELECT count(*) FROM operations").await;
    let reply = share(&scene, ADMIN, &instance, MEMBER, "f0-user").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let change = reply.json()["change"].as_str().unwrap().to_owned();
    let expected = json!({
        "featureCode": "f0", "mandateId": OPEN, "instanceId": instance, "userId": MEMBER, "role": "f0-user",
        "shared": true, "handedOver": false, "change": change
    });
    assert_eq!(reply.json(), expected);
    assert_eq!(reply.header("turnpike-decision"), change);
    assert_eq!(accesses(database).await, [format!("{ADMIN} f0-admin 1"), format!("{MEMBER} f0-user 1")]);
    // The member can use it, and finds it on the page.
    let features = scene.api.get(MEMBER, &format!("/api/store/features?mandateId={OPEN}")).await.json();
    let own = features.as_array().unwrap().iter().find(|one| one["featureCode"] == "f0").unwrap();
    assert_eq!(
        (&own["instances"][0]["instanceId"], &own["instances"][0]["isActive"]),
        (&json!(instance), &json!(true))
    );
    // Another role takes the place of the first.
    assert_eq!(share(&scene, ADMIN, &instance, MEMBER, "f0-viewer").await.status, 200);
    assert_eq!(accesses(database).await, [format!("{ADMIN} f0-admin 1"), format!("{MEMBER} f0-viewer 1")]);
    let granted = |who: &str, role: &str| format!("access.granted {who} [\"{role}\"]");
    let told = told(database).await;
    assert_eq!(told, [granted(ADMIN, "f0-admin"), granted(MEMBER, "f0-user"), granted(MEMBER, "f0-viewer")]);
    // Nothing of it concerns billing; all of it is on record, and in the audit trail.
    assert_eq!(database.number("SELECT count(*) FROM operations").await, before);
    assert_eq!(scene.billed(OPEN), 1);
    let on_record = "SELECT count(*) FROM changes c JOIN decisions d ON d.id = c.id WHERE c.kind = 'share' \
         AND c.state = 'done' AND d.kind = 'sharing' AND d.allowed = 1 AND c.subject_id = 'u-member'";
    assert_eq!(database.number(on_record).await, 2);
    let noted = "SELECT actor || ' ' || subject || ' ' || coalesce(before_state, 'none') || ' ' || after_state \
         FROM audit WHERE action = 'share' ORDER BY seq";
    let access = |role: &str| json!({"userId": MEMBER, "enabled": true, "roles": [role]});
    let (user, viewer) = (access("f0-user"), access("f0-viewer"));
    let expected = [format!("user:{ADMIN} {instance} none {user}"), format!("user:{ADMIN} {instance} {user} {viewer}")];
    assert_eq!(database.lines(noted).await, expected);
    let shown = scene.api.get(ADMIN, &format!("/api/store/decisions/{change}")).await;
    assert_eq!((shown.status, shown.json()["question"].clone()), (200, json!("sharing")), "{}", shown.text);
    let replayed = scene.setup.run(&["policy", "replay"]);
    assert_eq!(replayed.0, 0, "{replayed:?}");
}

async fn who_may_give_what_to_whom(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let open = instance(&scene, ADMIN, OPEN).await;
    let gone = instance(&scene, ADMIN, OPEN).await;
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &gone).await.status, 200);
    let before = (accesses(database).await, told(database).await);
    let cases = [
        (ADMIN, open.as_str(), MEMBER, "f0-owner", 404, "role-not-found"),
        (ADMIN, &open, MEMBER, "r-m-open-member", 404, "role-not-found"),
        (ADMIN, &open, STRANGER, "f0-user", 404, "colleague-not-found"),
        (ADMIN, &open, DISABLED, "f0-user", 404, "colleague-not-found"),
        (ADMIN, &open, OTHER_ADMIN, "f0-user", 404, "colleague-not-found"),
        (ADMIN, &open, "nobody", "f0-user", 404, "colleague-not-found"),
        (ADMIN, &open, ADMIN, "f0-admin", 409, "access-held"),
        (ADMIN, &gone, MEMBER, "f0-user", 404, "instance-not-found"),
        (ADMIN, "none", MEMBER, "f0-user", 404, "instance-not-found"),
        (MEMBER, &open, MEMBER, "f0-user", 403, "not-admin"),
        (OTHER_ADMIN, &open, OTHER_ADMIN, "f0-user", 404, "instance-not-found"),
        (STRANGER, &open, STRANGER, "f0-user", 404, "instance-not-found"),
        (DISABLED, &open, DISABLED, "f0-admin", 404, "instance-not-found"),
    ];
    for (user, instance, colleague, role, status, code) in cases {
        let reply = share(&scene, user, instance, colleague, role).await;
        let told = (reply.status, reply.code());
        assert_eq!(told, (status, code.to_owned()), "{user} gives {colleague} {role}: {}", reply.text);
        if user != ADMIN {
            assert_eq!(reply.json()["reasons"].as_array().unwrap().len(), 1, "{}", reply.text);
        }
    }
    // Everything that is wrong is told to an admin at once.
    let reply = share(&scene, ADMIN, &open, "nobody", "f0-owner").await;
    let codes: Vec<_> = reply.json()["reasons"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, [json!("colleague-not-found"), json!("role-not-found")], "{}", reply.text);
    // An instance is known in its own mandate only.
    let body = json!({"mandateId": crate::world::FREE, "userId": MEMBER, "role": "f0-user"});
    let reply = scene.api.post(ADMIN, &path(&open), &body).await;
    assert_eq!((reply.status, reply.code().as_str()), (404, "instance-not-found"), "{}", reply.text);
    for (body, pointer) in [
        (json!({"mandateId": OPEN, "userId": MEMBER}), "/role"),
        (json!({"mandateId": OPEN, "role": "f0-user"}), "/userId"),
        (json!({"userId": MEMBER, "role": "f0-user"}), "/mandateId"),
        (json!({"mandateId": OPEN, "userId": MEMBER, "role": "f0-user", "ownAccess": "give"}), "/ownAccess"),
    ] {
        let reply = scene.api.post(ADMIN, &path(&open), &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (422, "invalid-field"), "{body}: {}", reply.text);
        assert_eq!(reply.json()["pointer"], json!(pointer), "{}", reply.text);
    }
    assert_eq!((accesses(database).await, told(database).await), before, "somebody was given something");
}

async fn a_repeat_under_the_same_key_gives_once(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let (one, other) = (instance(&scene, ADMIN, OPEN).await, instance(&scene, ADMIN, OPEN).await);
    let body = json!({"mandateId": OPEN, "userId": MEMBER, "role": "f0-user"});
    let first = scene.api.post_keyed(ADMIN, &path(&one), "a", &body).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let (_host, elsewhere) = scene.another_host();
    for api in [&scene.api, &elsewhere] {
        let again = api.post_keyed(ADMIN, &path(&one), "a", &body).await;
        assert_eq!(again.comparable(), first.comparable());
    }
    // Another role or another instance is another request.
    let role = json!({"mandateId": OPEN, "userId": MEMBER, "role": "f0-viewer"});
    for (instance, body) in [(&one, &role), (&other, &body)] {
        let reply = scene.api.post_keyed(ADMIN, &path(instance), "a", body).await;
        assert_eq!((reply.status, reply.code().as_str()), (422, "idempotency-key-reused"), "{}", reply.text);
    }
    assert_eq!(database.number("SELECT count(*) FROM changes WHERE kind = 'share'").await, 1);
    assert_eq!(told(database).await.len(), 3, "two activations and one access");
}

async fn what_is_switched_off_is_switched_on_again(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = instance(&scene, ADMIN, OPEN).await;
    assert_eq!(share(&scene, ADMIN, &instance, MEMBER, "f0-user").await.status, 200);
    database.execute("UPDATE accesses SET enabled = 0 WHERE user_id = 'u-member'").await;
    assert_eq!(share(&scene, ADMIN, &instance, MEMBER, "f0-user").await.status, 200);
    assert_eq!(accesses(database).await, [format!("{ADMIN} f0-admin 1"), format!("{MEMBER} f0-user 1")]);
    let held = share(&scene, ADMIN, &instance, MEMBER, "f0-user").await;
    assert_eq!((held.status, held.code().as_str()), (409, "access-held"), "{}", held.text);
}
