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

on_both_engines!(admins_see_who_has_access, admins_see_who_could_have_access, who_may_see_it);

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

/// Asks to whom access to an instance could be given.
async fn colleagues(scene: &Scene, user: &str, mandate: &str, instance: &str, page: &str) -> Reply {
    scene.api.get(user, &format!("/api/store/instances/{instance}/colleagues?mandateId={mandate}{page}")).await
}

async fn admins_see_who_could_have_access(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = instance(&scene, ADMIN, OPEN).await;
    let members = "SELECT user_id FROM memberships WHERE mandate_id = 'm-open' AND enabled = 1 \
         AND user_id NOT IN (SELECT user_id FROM accesses) ORDER BY seq";
    let seen = async |limit: usize| {
        let (mut seen, mut page) = (Vec::new(), format!("&limit={limit}"));
        loop {
            let reply = colleagues(&scene, "u-a0", OPEN, &instance, &page).await;
            assert_eq!(reply.status, 200, "{}", reply.text);
            let told = reply.json();
            for item in told["items"].as_array().unwrap() {
                let user = item["userId"].as_str().unwrap().to_owned();
                assert_eq!(*item, json!({"userId": user, "name": format!("name-{user}")}));
                seen.push(user);
            }
            match told["next"].as_str() {
                Some(next) => {
                    assert_eq!(told["items"].as_array().unwrap().len(), limit, "{told}");
                    page = format!("&limit={limit}&after={next}");
                }
                None => return seen,
            }
        }
    };
    let all = database.lines(members).await;
    assert!(all.len() > 3 && all.contains(&MEMBER.to_owned()) && !all.contains(&ADMIN.to_owned()), "{all:?}");
    for limit in [1, 3, all.len(), 500] {
        assert_eq!(seen(limit).await, all, "{limit}");
    }
    // Who has access, even one that is switched off, is told with the accesses.
    assert_eq!(share(&scene, ADMIN, &instance, MEMBER, "f0-user").await.status, 200);
    database.execute("UPDATE accesses SET enabled = 0 WHERE user_id = 'u-member'").await;
    let rest = seen(500).await;
    assert_eq!(rest, database.lines(members).await);
    assert_eq!(rest.len(), all.len() - 1);
    // Whoever is told can be given it; whoever is no member any more is told no more.
    assert_eq!(share(&scene, ADMIN, &instance, &rest[0], "f0-user").await.status, 200);
    database.execute(&format!("UPDATE memberships SET enabled = 0 WHERE user_id = '{}'", rest[1])).await;
    assert_eq!(seen(500).await, rest[2..]);

    for (user, mandate, status, code) in [
        (MEMBER, OPEN, 403, "not-admin"),
        (STRANGER, OPEN, 404, "instance-not-found"),
        (DISABLED, OPEN, 404, "instance-not-found"),
        (OTHER_ADMIN, OPEN, 404, "instance-not-found"),
        (ADMIN, FREE, 404, "instance-not-found"),
    ] {
        let reply = colleagues(&scene, user, mandate, &instance, "").await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{user} {mandate}: {}", reply.text);
        assert!(!reply.text.contains("name-"), "{}", reply.text);
    }
    for page in ["&limit=0", "&limit=501", "&limit=x", "&after=x"] {
        let reply = colleagues(&scene, ADMIN, OPEN, &instance, page).await;
        assert_eq!((reply.status, reply.code().as_str()), (422, "invalid-field"), "{page}: {}", reply.text);
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
