//! Declining and taking back: by whom, once, and told as it stands.

use serde_json::{Value, json};

use super::{approve, ask, decline, id, listed, take_back};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, MEMBER, OPEN, OTHER_ADMIN, STRANGER},
};

on_both_engines!(an_admin_declines, who_asked_takes_it_back);

async fn an_admin_declines(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let asked = ask(&scene, MEMBER, OPEN, "f0").await;
    for (user, status) in [(STRANGER, 404), (OTHER_ADMIN, 404), (MEMBER, 403)] {
        assert_eq!(decline(&scene, user, &asked, Value::Null).await.status, status, "{user}");
    }
    let declined = decline(&scene, ADMIN, &asked, json!("next year")).await;
    assert_eq!(declined.status, 200, "{}", declined.text);
    let told = declined.json();
    assert_eq!((&told["state"], &told["answer"]), (&json!("declined"), &json!("next year")));
    // Once: what comes later changes nothing.
    let again = decline(&scene, "u-a0", &asked, json!("never")).await.json();
    assert_eq!((&again["answer"], &again["settledBy"]), (&json!("next year"), &json!("name-u-admin")));
    assert_eq!(take_back(&scene, MEMBER, &asked).await.json()["state"], "declined");
    let late = approve(&scene, ADMIN, &asked, None).await;
    assert_eq!((late.status, late.code().as_str()), (409, "request-not-open"));
    assert_eq!(listed(&scene, MEMBER, OPEN).await[0]["answer"], "next year");
    let trail = database
        .lines("SELECT actor || ' ' || action || ' ' || coalesce(after_state, '') FROM audit WHERE action = 'decline request'")
        .await;
    assert_eq!(trail.len(), 1, "{trail:?}");
    assert!(trail[0].starts_with("user:u-admin") && trail[0].contains("declined"), "{trail:?}");
    // It may be asked for anew.
    assert_ne!(id(&ask(&scene, MEMBER, OPEN, "f0").await), id(&asked));
}

async fn who_asked_takes_it_back(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let asked = ask(&scene, MEMBER, OPEN, "f0").await;
    for user in [STRANGER, OTHER_ADMIN, ADMIN] {
        assert_eq!(take_back(&scene, user, &asked).await.status, 404, "{user}");
    }
    let back = take_back(&scene, MEMBER, &asked).await;
    assert_eq!((back.status, &back.json()["state"]), (200, &json!("withdrawn")), "{}", back.text);
    assert_eq!(take_back(&scene, MEMBER, &asked).await.json()["state"], "withdrawn");
    assert_eq!(decline(&scene, ADMIN, &asked, Value::Null).await.json()["state"], "withdrawn");
    assert_eq!(take_back(&scene, MEMBER, &json!({"id": "none"})).await.status, 404);
}
