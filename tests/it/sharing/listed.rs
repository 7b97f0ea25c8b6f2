//! Admins see who has access in which roles, and which roles there are to give.

use serde_json::{Value, json};

use super::{instance, path, share, unshare};
use crate::{
    api::Reply,
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, DISABLED, FREE, MEMBER, OPEN, OTHER_ADMIN, STRANGER},
};

on_both_engines!(admins_see_who_has_access, who_may_see_it);

/// Asks for the accesses to an instance.
async fn list(scene: &Scene, user: &str, mandate: &str, instance: &str) -> Reply {
    scene.api.get(user, &format!("{}?mandateId={mandate}", path(instance))).await
}

/// An access as it is shown.
fn access(user: &str, roles: &[&str], enabled: bool) -> Value {
    json!({"userId": user, "name": format!("name-{user}"), "roles": roles, "enabled": enabled})
}

async fn admins_see_who_has_access(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    // What others have elsewhere is not told.
    let elsewhere = instance(&scene, "u-a1", OPEN).await;
    let instance = instance(&scene, ADMIN, OPEN).await;
    let seen = async || {
        let reply = list(&scene, "u-a0", OPEN, &instance).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let mut told = reply.json();
        let accesses = told.as_object_mut().unwrap().remove("accesses").unwrap();
        let roles = ["f0-admin", "f0-user", "f0-viewer"];
        let about = json!({"featureCode": "f0", "mandateId": OPEN, "instanceId": instance, "roles": roles});
        assert_eq!(told, about);
        accesses
    };
    let own = || access(ADMIN, &["f0-admin"], true);
    assert_eq!(seen().await, json!([own()]));
    for role in ["f0-user", "f0-viewer"] {
        assert_eq!(share(&scene, ADMIN, &instance, MEMBER, role).await.status, 200);
        assert_eq!(seen().await, json!([own(), access(MEMBER, &[role], true)]));
    }
    // What an import may say: several roles, none, one that is switched off; and a role that cannot be named.
    let role = |label: &str| format!("(SELECT id FROM roles WHERE instance_id = '{instance}' AND label = '{label}')");
    let held = format!("(SELECT id FROM accesses WHERE instance_id = '{instance}' AND user_id = '{MEMBER}')");
    database
        .execute(&format!("INSERT INTO access_roles (access_id, role_id) VALUES ({held}, {})", role("f0-admin")))
        .await;
    database.execute(&format!("INSERT INTO roles (id, instance_id) VALUES ('r-nameless', '{instance}')")).await;
    database.execute(&format!("INSERT INTO access_roles (access_id, role_id) VALUES ({held}, 'r-nameless')")).await;
    database.execute("UPDATE accesses SET enabled = 0 WHERE user_id = 'u-member'").await;
    assert_eq!(seen().await, json!([own(), access(MEMBER, &["f0-viewer", "f0-admin"], false)]));
    database.execute(&format!("DELETE FROM access_roles WHERE access_id = {held}")).await;
    assert_eq!(seen().await, json!([own(), access(MEMBER, &[], false)]));
    let gone = unshare(&scene, ADMIN, &instance, None, &json!({"mandateId": OPEN, "userId": MEMBER})).await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    assert_eq!(seen().await, json!([own()]));
    let other = list(&scene, ADMIN, OPEN, &elsewhere).await;
    assert_eq!(other.json()["accesses"], json!([access("u-a1", &["f0-admin"], true)]), "{}", other.text);
    // A role that is told is one that can be given.
    for role in seen_roles(&other) {
        assert_eq!(share(&scene, ADMIN, &elsewhere, MEMBER, &role).await.status, 200, "{role}");
    }
}

fn seen_roles(reply: &Reply) -> Vec<String> {
    reply.json()["roles"].as_array().unwrap().iter().map(|role| role.as_str().unwrap().to_owned()).collect()
}

async fn who_may_see_it(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let open = instance(&scene, ADMIN, OPEN).await;
    let gone = instance(&scene, ADMIN, OPEN).await;
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &gone).await.status, 200);
    assert_eq!(share(&scene, ADMIN, &open, MEMBER, "f0-admin").await.status, 200);
    for (user, mandate, id, status, code) in [
        // Having access in the administration role is not being an admin of the mandate.
        (MEMBER, OPEN, open.as_str(), 403, "not-admin"),
        (MEMBER, OPEN, "none", 404, "instance-not-found"),
        (STRANGER, OPEN, &open, 404, "instance-not-found"),
        (DISABLED, OPEN, &open, 404, "instance-not-found"),
        (OTHER_ADMIN, OPEN, &open, 404, "instance-not-found"),
        (ADMIN, FREE, &open, 404, "instance-not-found"),
        (ADMIN, OPEN, &gone, 404, "instance-not-found"),
        (ADMIN, OPEN, "none", 404, "instance-not-found"),
        (ADMIN, "none", &open, 404, "instance-not-found"),
        (ADMIN, "", &open, 422, "invalid-field"),
    ] {
        let reply = list(&scene, user, mandate, id).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{user} {mandate} {id}: {}", reply.text);
        assert!(!reply.text.contains("f0-user") && !reply.text.contains("name-"), "{}", reply.text);
    }
}
