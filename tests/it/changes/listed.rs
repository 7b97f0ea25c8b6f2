//! `GET /api/store/changes`: newest first, in pages; all for admins, their own for members, nothing for others.

use serde_json::Value;

use super::{PATH, instance};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, FREE, MEMBER, OPEN, OTHER_ADMIN, STRANGER},
};

on_both_engines!(pages_newest_first, each_sees_what_is_theirs);

async fn page(scene: &Scene, user: &str, mandate: &str, before: Option<&str>) -> Value {
    let cursor = before.map(|before| format!("&before={before}")).unwrap_or_default();
    let reply = scene.api.get(user, &format!("{PATH}?mandateId={mandate}{cursor}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

fn ids(page: &Value) -> Vec<String> {
    let changes = page["changes"].as_array().expect("changes");
    changes.iter().map(|change| change["id"].as_str().expect("an id").to_owned()).collect()
}

async fn pages_newest_first(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for _ in 0..30 {
        let id = instance(&scene, FREE, "f0").await;
        assert_eq!(scene.api.deactivate(ADMIN, FREE, "f0", &id).await.status, 200);
    }
    let first = page(&scene, ADMIN, FREE, None).await;
    assert_eq!((ids(&first).len(), first["changes"][0]["kind"].as_str()), (50, Some("end")));
    let second = page(&scene, ADMIN, FREE, first["next"].as_str()).await;
    assert_eq!((ids(&second).len(), &second["next"]), (10, &Value::Null));
    let all: std::collections::BTreeSet<String> = ids(&first).into_iter().chain(ids(&second)).collect();
    assert_eq!(all.len(), 60);
    assert_eq!(second["changes"][9]["kind"], "activate");
    // A cursor of another mandate leads nowhere.
    let foreign = instance(&scene, OPEN, "f0").await;
    let foreign = page(&scene, ADMIN, OPEN, None).await["changes"][0]["id"].as_str().expect(&foreign).to_owned();
    assert!(ids(&page(&scene, ADMIN, FREE, Some(&foreign)).await).is_empty());
    // What was settled long ago is not shown; what is not settled is.
    database.execute("UPDATE changes SET settled_at = 1 WHERE kind = 'end'").await;
    assert_eq!(ids(&page(&scene, ADMIN, FREE, None).await).len(), 30);
    database.execute("UPDATE changes SET settled_at = NULL WHERE kind = 'end'").await;
    assert_eq!(ids(&page(&scene, ADMIN, FREE, None).await).len(), 50);
}

async fn each_sees_what_is_theirs(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    instance(&scene, FREE, "f0").await;
    assert_eq!(scene.api.activate("u-a0", FREE, "f1").await.status, 200);
    let all = page(&scene, ADMIN, FREE, None).await;
    let by: Vec<&Value> = all["changes"].as_array().expect("changes").iter().map(|change| &change["by"]).collect();
    assert_eq!(by, ["name-u-a0", "name-u-admin"]);
    assert!(ids(&page(&scene, MEMBER, FREE, None).await).is_empty());
    database.execute("UPDATE changes SET user_id = 'u-member' WHERE feature_code = 'f1'").await;
    let own = page(&scene, MEMBER, FREE, None).await;
    assert_eq!((ids(&own).len(), own["changes"][0]["featureCode"].as_str()), (1, Some("f1")));
    for user in [STRANGER, OTHER_ADMIN] {
        let foreign = scene.api.get(user, &format!("{PATH}?mandateId={FREE}")).await;
        let absent = scene.api.get(user, &format!("{PATH}?mandateId=m-none")).await;
        assert_eq!((foreign.status, foreign.code().as_str()), (404, "mandate-not-found"), "{user}");
        assert_eq!(foreign.comparable(), absent.comparable());
    }
}
