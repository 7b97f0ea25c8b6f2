//! Who may ask for what, what the admins are told, and who sees which requests.

use serde_json::{Value, json};

use super::{PATH, ask, id, listed};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, CLOSED, FREE, LAPSED, MEMBER, OPEN, STRANGER},
};

on_both_engines!(
    whoever_could_activate_but_for_being_an_admin_may_ask,
    admins_are_told_and_see_all,
    the_same_is_asked_once,
    a_price_that_rose_is_told,
);

async fn whoever_could_activate_but_for_being_an_admin_may_ask(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for (user, mandate, feature, status, code) in [
        (MEMBER, OPEN, "f0", 200, ""),
        // What the admins will find is theirs to know: a member is not told of the plan.
        (MEMBER, LAPSED, "f0", 200, ""),
        (ADMIN, OPEN, "f0", 200, ""),
        (ADMIN, LAPSED, "f0", 402, "no-subscription"),
        (MEMBER, CLOSED, "f0", 403, "mandate-closed"),
        (MEMBER, OPEN, "internal", 404, "feature-not-found"),
        (MEMBER, "m-none", "f0", 404, "mandate-not-found"),
        (STRANGER, OPEN, "f0", 404, "mandate-not-found"),
    ] {
        let reply = scene.api.post(user, PATH, &json!({"mandateId": mandate, "featureCode": feature})).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{user} {mandate} {feature}: {}", reply.text);
    }
    let long = "x".repeat(501);
    for (note, status) in [(json!(long), 422), (json!(""), 422), (json!("two\nlines"), 422), (Value::Null, 200)] {
        let body = json!({"mandateId": FREE, "featureCode": "f0", "note": note});
        assert_eq!(scene.api.post(MEMBER, PATH, &body).await.status, status, "{note}");
    }
    assert_eq!(database.number("SELECT count(*) FROM feature_requests").await, 4);
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 0);
}

async fn admins_are_told_and_see_all(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let body = json!({"mandateId": OPEN, "featureCode": "f0", "note": "for the team in Berne"});
    let reply = scene.api.post(MEMBER, PATH, &body).await;
    let asked = reply.json();
    assert_eq!((&asked["state"], &asked["price"], &asked["priceNow"]), (&json!("open"), &Value::Null, &Value::Null));
    ask(&scene, "u-a0", OPEN, "f1").await;
    let notices = database.lines("SELECT headline || ' ' || body_paragraphs FROM notices ORDER BY seq").await;
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(notices[0].contains("u-member") && notices[0].contains("Funktion f0"), "{notices:?}");
    assert!(notices[0].contains("for the team in Berne"), "{notices:?}");
    let seen = listed(&scene, ADMIN, OPEN).await;
    assert_eq!(seen.iter().map(|seen| seen["featureCode"].as_str().unwrap()).collect::<Vec<_>>(), ["f1", "f0"]);
    assert_eq!((&seen[1]["note"], &seen[1]["userId"]), (&json!("for the team in Berne"), &json!(MEMBER)));
    let nine = json!({"minor": 9000, "currency": "CHF"});
    assert_eq!((&seen[1]["price"], &seen[1]["priceNow"], &seen[1]["priceRose"]), (&nine, &nine, &json!(false)));
    let own = listed(&scene, MEMBER, OPEN).await;
    assert_eq!(own.iter().map(id).collect::<Vec<_>>(), [id(&asked)]);
    let strange = scene.api.get(STRANGER, &format!("{PATH}?mandateId={OPEN}")).await;
    assert_eq!((strange.status, strange.code().as_str()), (404, "mandate-not-found"));
    // Page by page.
    let first = scene.api.get(ADMIN, &format!("{PATH}?mandateId={OPEN}&limit=1")).await.json();
    let next = first["next"].as_str().expect("another page");
    let second = scene.api.get(ADMIN, &format!("{PATH}?mandateId={OPEN}&limit=1&after={next}")).await.json();
    assert_eq!((id(&second["items"][0]), &second["next"]), (id(&asked), &Value::Null));
    let trail =
        database.lines("SELECT actor || ' ' || action FROM audit WHERE action LIKE '%request%' ORDER BY seq").await;
    assert_eq!(trail, ["user:u-member request feature", "user:u-a0 request feature"]);
}

async fn the_same_is_asked_once(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let asking = || ask(&scene, MEMBER, OPEN, "f0");
    let (a, b, c, d) = tokio::join!(asking(), asking(), asking(), asking());
    assert!([&b, &c, &d].iter().all(|other| id(other) == id(&a)), "{a} {b} {c} {d}");
    assert_eq!(database.number("SELECT count(*) FROM notices").await, 1);
    let another = ask(&scene, MEMBER, OPEN, "f1").await;
    assert_ne!(id(&another), id(&a));
}

async fn a_price_that_rose_is_told(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    ask(&scene, MEMBER, OPEN, "f0").await;
    for (price, currency, rose) in
        [(8_999, "CHF", false), (9_000, "CHF", false), (9_001, "CHF", true), (1, "EUR", true)]
    {
        database
            .execute(&format!("UPDATE plans SET price_minor = {price}, currency = '{currency}' WHERE key = 'PAID'"))
            .await;
        let seen = &listed(&scene, ADMIN, OPEN).await[0];
        assert_eq!((&seen["priceNow"]["minor"], &seen["priceRose"]), (&json!(price), &json!(rose)), "{seen}");
    }
}
