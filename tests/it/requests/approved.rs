//! Approving: one activation, with access for who asked; and what comes to nothing leaves the request open.

use serde_json::{Value, json};
use stripe_sim::{Action, BodyKind, Fault, Stage};

use super::{approve, ask, id, listed};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, FREE, MEMBER, OPEN},
};

on_both_engines!(
    who_asked_has_access,
    approved_at_once_by_two,
    while_billing_is_silent_it_is_being_approved,
    what_billing_refuses_leaves_it_open,
    whoever_left_is_given_nothing,
    only_what_was_asked_for_is_approved,
);

async fn accesses(database: &TestDatabase) -> Vec<String> {
    database
        .lines(
            "SELECT a.user_id || ' ' || r.label FROM accesses a JOIN access_roles ar ON ar.access_id = a.id \
             JOIN roles r ON r.id = ar.role_id ORDER BY a.seq",
        )
        .await
}

async fn who_asked_has_access(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let asked = ask(&scene, MEMBER, OPEN, "f0").await;
    let refused = approve(&scene, MEMBER, &asked, None).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-admin"));
    let reply = approve(&scene, ADMIN, &asked, Some("once")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(accesses(database).await, ["u-admin f0-admin", "u-member f0-user"]);
    assert_eq!(scene.billed(OPEN), 1);
    let seen = &listed(&scene, MEMBER, OPEN).await[0];
    assert_eq!((&seen["state"], &seen["settledBy"]), (&json!("approved"), &json!("name-u-admin")), "{seen}");
    assert!(seen["settledAt"].is_string() && seen["change"].is_string(), "{seen}");
    // The same again is the same answer; another is too late.
    assert_eq!(approve(&scene, ADMIN, &asked, Some("once")).await.comparable(), reply.comparable());
    let late = approve(&scene, ADMIN, &asked, Some("twice")).await;
    assert_eq!((late.status, late.code().as_str()), (409, "request-not-open"), "{}", late.text);
    assert_eq!(scene.billed(OPEN), 1);
    let noted = database.lines("SELECT detail FROM audit WHERE action = 'activate'").await;
    assert!(noted.len() == 1 && noted[0].contains(id(&asked)), "{noted:?}");
    let told = database.lines("SELECT data FROM events WHERE kind = 'access.granted' ORDER BY seq").await;
    assert!(told.iter().any(|told| told.contains("u-member")), "{told:?}");
    // Who wants another one asks anew.
    assert_ne!(id(&ask(&scene, MEMBER, OPEN, "f0").await), id(&asked));
}

async fn approved_at_once_by_two(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let asked = ask(&scene, MEMBER, FREE, "f0").await;
    let by = |admin: &'static str, key: &'static str| approve(&scene, admin, &asked, Some(key));
    let (a, b, c) = tokio::join!(by(ADMIN, "a"), by("u-a0", "b"), by("u-a1", "c"));
    let mut statuses = [a.status, b.status, c.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409], "{} {} {}", a.text, b.text, c.text);
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 1);
}

async fn while_billing_is_silent_it_is_being_approved(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "1s")).await;
    let asked = ask(&scene, MEMBER, OPEN, "f0").await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions/", Action::Hold { at: Stage::Before }));
    assert_eq!(approve(&scene, ADMIN, &asked, None).await.status, 202);
    let state = async || listed(&scene, MEMBER, OPEN).await[0]["state"].clone();
    assert_eq!(state().await, "approving");
    let declined = super::decline(&scene, ADMIN, &asked, Value::Null).await.json();
    assert_eq!(declined["state"], "approving", "what is under way is not declined");
    // Asking again is the same request still.
    assert_eq!(id(&ask(&scene, MEMBER, OPEN, "f0").await), id(&asked));
    scene.sim.release();
    eventually("it is approved", || async { state().await == "approved" }).await;
}

async fn what_billing_refuses_leaves_it_open(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let asked = ask(&scene, MEMBER, OPEN, "f0").await;
    scene.sim.fault(Fault::once(
        "POST",
        "/v1/subscriptions/",
        Action::Status {
            status: 402,
            body: BodyKind::Json,
            at: Stage::Before,
            code: Some("card_declined".to_owned()),
            should_retry: None,
            saved: None,
        },
    ));
    let refused = approve(&scene, ADMIN, &asked, Some("first")).await;
    assert_eq!((refused.status, refused.code().as_str()), (402, "payment-declined"), "{}", refused.text);
    assert_eq!(accesses(database).await, [""; 0]);
    let seen = &listed(&scene, ADMIN, OPEN).await[0];
    assert_eq!((&seen["state"], &seen["change"], &seen["settledAt"]), (&json!("open"), &Value::Null, &Value::Null));
    assert_eq!(id(&ask(&scene, MEMBER, OPEN, "f0").await), id(&asked));
    assert_eq!(approve(&scene, ADMIN, &asked, Some("second")).await.status, 200);
    assert_eq!(scene.billed(OPEN), 1);
}

async fn whoever_left_is_given_nothing(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let asked = ask(&scene, MEMBER, OPEN, "f0").await;
    database.execute(&format!("UPDATE memberships SET enabled = 0 WHERE id = 'um-{MEMBER}-{OPEN}'")).await;
    let refused = approve(&scene, ADMIN, &asked, None).await;
    assert_eq!((refused.status, refused.code().as_str()), (404, "colleague-not-found"), "{}", refused.text);
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 0);
    assert_eq!(listed(&scene, ADMIN, OPEN).await[0]["state"], "open");
}

async fn only_what_was_asked_for_is_approved(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let asked = ask(&scene, MEMBER, OPEN, "f0").await;
    for (mandate, feature, request) in [(OPEN, "f1", id(&asked)), (FREE, "f0", id(&asked)), (OPEN, "f0", "none")] {
        let body = json!({"mandateId": mandate, "featureCode": feature, "requestId": request});
        let reply = scene.api.post(ADMIN, "/api/store/activate", &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (409, "request-not-open"), "{body}: {}", reply.text);
    }
    // An admin who approves their own has one access.
    let own = ask(&scene, ADMIN, FREE, "f1").await;
    assert_eq!(approve(&scene, ADMIN, &own, None).await.status, 200);
    assert_eq!(accesses(database).await, ["u-admin f1-admin"]);
}
