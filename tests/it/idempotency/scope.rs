//! A key belongs to one user and one path: elsewhere the same letters are another key.

use serde_json::json;

use super::{ACTIVATE, DEACTIVATE, RESTORE, wish};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, FREE, OPEN, STRANGER},
};

on_both_engines!(the_same_letters_of_another_user_are_another_key, the_same_letters_on_another_path_are_another_key);

async fn the_same_letters_of_another_user_are_another_key(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let mut instances = std::collections::BTreeSet::new();
    for user in [ADMIN, "u-a0", "u-a1"] {
        let reply = scene.api.post_keyed(user, ACTIVATE, "a", &wish(OPEN, "f0")).await;
        assert_eq!(reply.status, 200, "{user}: {}", reply.text);
        instances.insert(reply.json()["instanceId"].as_str().unwrap().to_owned());
    }
    assert_eq!((instances.len(), scene.billed(OPEN)), (3, 3));
    // Nobody learns from a key what another one did with it, nor that it was used.
    let refused = scene.api.post_keyed(STRANGER, ACTIVATE, "a", &wish(OPEN, "f0")).await;
    let unused = scene.api.post_keyed(STRANGER, ACTIVATE, "never-used", &wish(OPEN, "f0")).await;
    assert_eq!((refused.status, refused.code().as_str()), (404, "mandate-not-found"), "{}", refused.text);
    assert_eq!(refused.comparable(), unused.comparable());
}

async fn the_same_letters_on_another_path_are_another_key(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let activated = scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(FREE, "f0")).await;
    assert_eq!(activated.status, 200, "{}", activated.text);
    let instance = activated.json()["instanceId"].clone();
    let body = json!({"featureCode": "f0", "mandateId": FREE, "instanceId": instance});
    let ended = scene.api.post_keyed(ADMIN, DEACTIVATE, "a", &body).await;
    assert_eq!((ended.status, ended.json()["deactivated"].clone()), (200, json!(true)), "{}", ended.text);
    let restored = scene.api.post_keyed(ADMIN, RESTORE, "a", &body).await;
    assert_eq!((restored.status, restored.json()["instanceId"].clone()), (200, instance), "{}", restored.text);
    assert_eq!(scene.api.counted(ADMIN, FREE).await, 1);
}
