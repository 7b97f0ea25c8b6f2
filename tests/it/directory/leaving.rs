//! Who is removed can do nothing from the next request on, what nobody else uses ends, and the bill follows: also while
//! everybody is busy.

use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::{join_all, join3};
use reqwest::Method;
use serde_json::{Value, json};
use stripe_sim::{Action, BodyKind, Fault, Stage};

use super::{Machine, with_services};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, CROWD, FEATURES, FREE, OPEN},
};

on_both_engines!(
    a_removed_member_leaves_nothing_behind,
    a_disabled_member_leaves_nothing_behind,
    an_instance_that_others_use_stays,
    where_only_admins_may_end_a_removal_still_ends,
    whoever_is_no_admin_any_more_can_buy_nothing,
    what_was_removed_does_not_come_back_with_a_restore,
    whoever_is_removed_while_billing_is_asked_joins_nothing,
    whoever_is_no_admin_any_more_joins_nothing,
    what_was_answered_once_is_not_told_to_whoever_left,
    what_was_wished_is_not_told_to_whoever_left,
    a_removed_admin_can_buy_nothing_from_then_on_however_busy_it_is,
    a_deleted_user_leaves_every_mandate,
);

async fn activate(scene: &Scene, user: &str, feature: &str) -> String {
    let reply = scene.api.activate(user, OPEN, feature).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["instanceId"].as_str().unwrap().to_owned()
}

fn membership(user: &str) -> String {
    format!("memberships/um-{user}-{OPEN}")
}

async fn leaves_nothing_behind(database: &TestDatabase, remove: impl AsyncFn(&Machine) -> u16) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    for feature in ["f0", "f1", "f2"] {
        activate(&scene, "u-a0", feature).await;
    }
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 3);
    assert!((200..300).contains(&remove(&machine).await));
    // At once, whatever billing says.
    let left = database
        .number(
            "SELECT (SELECT count(*) FROM accesses WHERE user_id = 'u-a0') + \
             (SELECT count(*) FROM instances WHERE mandate_id = 'm-open')",
        )
        .await;
    assert_eq!(left, 0);
    let refused = scene.api.activate("u-a0", OPEN, "f3").await;
    assert_eq!((refused.status, refused.code().as_str()), (404, "mandate-not-found"), "{}", refused.text);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
    // It stands in the ledger as the person's, in the record with the decision, in the audit trail as the service's.
    let ends = "SELECT count(*) FROM changes c JOIN decisions d ON d.id = c.id WHERE c.kind = 'end' \
         AND c.user_id = 'u-a0' AND c.state = 'done' AND d.allowed = 1 AND d.who IS NOT NULL";
    assert_eq!(database.number(ends).await, 3);
    let noted = "SELECT count(*) FROM audit WHERE actor = 'service:sync' AND action LIKE '% membership'";
    assert_eq!(database.number(noted).await, 1);
    assert_eq!(database.number("SELECT count(*) FROM ended_instances WHERE mandate_id = 'm-open'").await, 3);
}

async fn a_removed_member_leaves_nothing_behind(database: &TestDatabase) {
    leaves_nothing_behind(database, async |machine| machine.delete(&membership("u-a0")).await.status).await;
}

async fn a_disabled_member_leaves_nothing_behind(database: &TestDatabase) {
    let disable = json!({"enabled": false});
    leaves_nothing_behind(database, async |machine| machine.patch(&membership("u-a0"), &disable).await.status).await;
}

async fn an_instance_that_others_use_stays(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    let instance = activate(&scene, "u-a0", "f0").await;
    let access = json!({"userId": "u-a1", "featureInstanceId": instance});
    assert_eq!(machine.put("accesses/second", &access).await.status, 201);
    assert_eq!(machine.delete(&membership("u-a0")).await.status, 204);
    let states = scene.api.states(ADMIN, OPEN).await;
    assert_eq!(states, [(instance.clone(), "active".to_owned())]);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 1);
    assert_eq!(machine.delete(&membership("u-a1")).await.status, 204);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
}

async fn where_only_admins_may_end_a_removal_still_ends(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| {
        with_services(setup).with("TURNPIKE_ORPHAN_END", "admin").with("TURNPIKE_ADMIN_LABELS", "chef,admin")
    })
    .await;
    let machine = Machine::new(&scene.host.url);
    activate(&scene, "u-a0", "f0").await;
    // No admin any more, but still there.
    assert_eq!(machine.patch(&membership("u-a0"), &json!({"roleIds": []})).await.status, 200);
    assert_eq!(machine.delete(&membership("u-a0")).await.status, 204);
    assert!(scene.api.states(ADMIN, OPEN).await.iter().all(|(_, state)| state != "active"));
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
}

/// However somebody stops being an admin: nothing can be bought from the next request on, and nothing was.
async fn whoever_is_no_admin_any_more_can_buy_nothing(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    let stranger = (404, "mandate-not-found");
    let no_admin = (403, "not-admin");
    let ways = [
        ("u-a0", Method::PATCH, membership("u-a0"), Some(json!({"enabled": false})), stranger),
        ("u-a1", Method::PATCH, membership("u-a1"), Some(json!({"roleIds": []})), no_admin),
        ("u-a2", Method::PATCH, membership("u-a2"), Some(json!({"roleIds": ["r-m-open-member"]})), no_admin),
        ("u-a3", Method::DELETE, membership("u-a3"), None, stranger),
        ("u-a4", Method::DELETE, "users/u-a4".to_owned(), None, stranger),
        ("u-a5", Method::PATCH, "roles/r-m-open-admin".to_owned(), Some(json!({"roleLabel": "guest"})), no_admin),
        ("u-a5", Method::PATCH, "roles/r-m-open-admin".to_owned(), Some(json!({"roleLabel": "admin"})), (200, "")),
        ("u-a6", Method::PATCH, format!("mandates/{OPEN}"), Some(json!({"enabled": false})), (403, "mandate-closed")),
        ("u-a6", Method::PATCH, format!("mandates/{OPEN}"), Some(json!({"enabled": true})), (200, "")),
        ("u-a7", Method::DELETE, "roles/r-m-open-admin".to_owned(), None, no_admin),
    ];
    for (person, method, path, body, (status, code)) in ways {
        let before = database.number("SELECT count(*) FROM instances").await;
        let reply = machine.send(method.clone(), &path, &[], body.as_ref()).await;
        assert!((200..300).contains(&reply.status), "{method} {path}: {}", reply.text);
        let reply = scene.api.activate(person, OPEN, "f0").await;
        let told = if status == 200 { String::new() } else { reply.code() };
        assert_eq!((reply.status, told.as_str()), (status, code), "{method} {path}: {}", reply.text);
        let after = database.number("SELECT count(*) FROM instances").await;
        assert_eq!(after - before, i64::from(status == 200), "{method} {path}");
    }
}

async fn what_was_removed_does_not_come_back_with_a_restore(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    let instance = activate(&scene, "u-a0", "f0").await;
    for person in ["u-a1", "u-a2"] {
        let access = json!({"userId": person, "featureInstanceId": instance});
        assert_eq!(machine.put(&format!("accesses/{person}"), &access).await.status, 201);
    }
    let ended = json!({"featureCode": "f0", "mandateId": OPEN, "instanceId": instance, "scope": "mandate"});
    let reply = scene.api.post("u-a0", "/api/store/deactivate", &ended).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(machine.delete(&membership("u-a0")).await.status, 204);
    assert_eq!(machine.patch(&membership("u-a1"), &json!({"enabled": false})).await.status, 200);
    scene.settled(OPEN).await;
    let reply = scene.api.restore(ADMIN, OPEN, &instance).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let holders = "SELECT user_id FROM accesses ORDER BY user_id";
    assert_eq!(database.lines(holders).await, ["u-a2", ADMIN], "those who are members");
}

/// A request that repeats one that waits for billing is answered with what becomes of that: not any more for whoever was
/// removed, whose wish went with the membership.
async fn whoever_is_removed_while_billing_is_asked_joins_nothing(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| with_services(setup).with("TURNPIKE_BILLING_WAIT", "1s")).await;
    let machine = Machine::new(&scene.host.url);
    let down = Action::Status {
        status: 500,
        body: BodyKind::Html,
        at: Stage::Before,
        code: None,
        should_retry: None,
        saved: None,
    };
    scene.sim.fault(Fault::always("POST", "/v1/subscriptions", down));
    let begun = scene.api.activate("u-a0", OPEN, "f0").await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    assert_eq!(scene.api.activate("u-a0", OPEN, "f0").await.status, 202, "it is the same wish");
    assert_eq!(machine.delete(&membership("u-a0")).await.status, 204);
    let refused = scene.api.activate("u-a0", OPEN, "f0").await;
    assert_eq!((refused.status, refused.code().as_str()), (404, "mandate-not-found"), "{}", refused.text);
    scene.sim.clear_faults();
    eventually("nothing of it is left", || async {
        database.number("SELECT count(*) FROM instances WHERE mandate_id = 'm-open'").await == 0
    })
    .await;
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
}

/// Nor for whoever is a member still, but no admin: the wish waits for billing as before, and is the admins' to look at.
async fn whoever_is_no_admin_any_more_joins_nothing(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| with_services(setup).with("TURNPIKE_BILLING_WAIT", "1s")).await;
    let machine = Machine::new(&scene.host.url);
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    let begun = scene.api.activate("u-a0", OPEN, "f0").await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    let together = json!({"mandateId": OPEN, "activate": ["f1", "f2"], "deactivate": []});
    let batch = scene.api.post("u-a0", "/api/store/changes", &together).await;
    assert!([202, 503].contains(&batch.status), "{}", batch.text);
    assert_eq!(machine.patch(&membership("u-a0"), &json!({"roleIds": []})).await.status, 200);
    for reply in
        [scene.api.activate("u-a0", OPEN, "f0").await, scene.api.post("u-a0", "/api/store/changes", &together).await]
    {
        assert_eq!((reply.status, reply.code().as_str()), (403, "not-admin"), "{}", reply.text);
    }
    scene.sim.release();
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 1, "what was sent while there was an admin is done");
}

/// A key keeps an answer for whoever could ask again. Whoever was removed, or is no admin any more, is answered as on every
/// other request, and back in the old place as on the first.
async fn what_was_answered_once_is_not_told_to_whoever_left(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    let activation = ("/api/store/activate", json!({"featureCode": "f0", "mandateId": OPEN}));
    let batch = ("/api/store/changes", json!({"mandateId": OPEN, "activate": ["f1"], "deactivate": []}));
    let instance = activate(&scene, "u-a0", "f2").await;
    activate(&scene, ADMIN, "f3").await;
    let ending = ("/api/store/deactivate", json!({"featureCode": "f2", "mandateId": OPEN, "instanceId": instance}));
    let mut first = Vec::new();
    for (path, body) in [&activation, &batch, &ending] {
        let reply = scene.api.post_keyed("u-a0", path, "the-key", body).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        first.push(reply);
    }
    scene.settled(OPEN).await;
    let (stranger, no_admin) = ((404, "mandate-not-found"), (403, "not-admin"));
    let unknown = (404, "instance-not-found");
    for (change, told) in [
        (json!({"roleIds": []}), [no_admin, no_admin, (200, "")]),
        (json!({"enabled": false}), [stranger, stranger, unknown]),
    ] {
        assert_eq!(machine.patch(&membership("u-a0"), &change).await.status, 200);
        let rows = database.number("SELECT count(*) FROM changes").await;
        for ((path, body), (status, code)) in [&activation, &batch, &ending].into_iter().zip(told) {
            let reply = scene.api.post_keyed("u-a0", path, "the-key", body).await;
            let words = if status == 200 { String::new() } else { reply.code() };
            assert_eq!((reply.status, words.as_str()), (status, code), "{path} after {change}: {}", reply.text);
        }
        assert_eq!(database.number("SELECT count(*) FROM changes").await, rows, "a repeat did something");
    }
    let back = json!({"enabled": true, "roleIds": ["r-m-open-admin"]});
    assert_eq!(machine.patch(&membership("u-a0"), &back).await.status, 200);
    for ((path, body), first) in [&activation, &batch, &ending].into_iter().zip(&first) {
        let again = scene.api.post_keyed("u-a0", path, "the-key", body).await;
        assert_eq!(again.comparable(), first.comparable(), "{path}");
    }
}

/// How far one's own wish is can be looked up as long as one is a member, and by nobody who was removed: what becomes of it,
/// and why it fails, is the mandate's by then.
async fn what_was_wished_is_not_told_to_whoever_left(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    let activating = {
        let api = scene.api.clone();
        tokio::spawn(async move { api.activate("u-a0", OPEN, "f0").await })
    };
    eventually("it waits for billing", || async { scene.sim.held() == 1 }).await;
    let change = database.lines("SELECT id FROM changes").await.remove(0);
    let look = async |user: &str| scene.api.get(user, &format!("/api/store/changes/{change}")).await;
    for (change, status) in
        [(json!({"roleIds": []}), 200), (json!({"enabled": false}), 404), (json!({"enabled": true}), 200)]
    {
        assert_eq!(machine.patch(&membership("u-a0"), &change).await.status, 200);
        assert_eq!(look("u-a0").await.status, status, "{change}");
        assert_eq!(look(ADMIN).await.status, 200);
    }
    assert_eq!(machine.delete(&membership("u-a0")).await.status, 204);
    let (own, absent) = (look("u-a0").await, scene.api.get("u-a0", "/api/store/changes/none").await);
    assert_eq!((own.status, own.code().as_str()), (404, "not-found"));
    assert_eq!(own.comparable(), absent.comparable());
    scene.sim.release();
    activating.await.unwrap();
    scene.settled(OPEN).await;
    assert_eq!((look("u-a0").await.status, look(ADMIN).await.status), (404, 200));
}

/// Accesses of people who are no members, and enabled ones of instances that are not there.
const LEFT_BEHIND: &str = "SELECT count(*) FROM accesses a LEFT JOIN instances i ON i.id = a.instance_id \
     LEFT JOIN memberships u ON u.user_id = a.user_id AND u.mandate_id = i.mandate_id AND u.enabled = 1 \
     WHERE u.id IS NULL";

/// All of the crowd buy without a pause while one after the other is removed, by both ways of doing it. Nobody who looks
/// finds a membership gone and an access still there: they go in one transaction.
async fn a_removed_admin_can_buy_nothing_from_then_on_however_busy_it_is(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    let people: Vec<String> = (0..CROWD).map(|n| format!("u-a{n}")).collect();
    let buying = join_all(people.iter().map(|person| {
        let scene = &scene;
        async move {
            let mut answers = Vec::new();
            for feature in FEATURES.iter().cycle().take(400) {
                let reply = scene.api.activate(person, OPEN, feature).await;
                answers.push(reply.status);
                if reply.status == 404 {
                    break;
                }
            }
            answers
        }
    }));
    let is_over = AtomicBool::new(false);
    let watching = async {
        let mut looks = 0;
        while !is_over.load(Ordering::SeqCst) {
            assert_eq!(database.number(LEFT_BEHIND).await, 0, "after {looks} looks");
            looks += 1;
        }
        looks
    };
    let removing = async {
        let mut removed = Vec::new();
        for (n, person) in people.iter().enumerate() {
            let disable = json!({"enabled": false});
            let reply = match n % 2 {
                0 => machine.delete(&membership(person)).await,
                _ => machine.patch(&membership(person), &disable).await,
            };
            assert!((200..300).contains(&reply.status), "{}", reply.text);
            // From the next request on, and so for ever.
            let refused = scene.api.activate(person, OPEN, "f0").await;
            assert_eq!((refused.status, refused.code().as_str()), (404, "mandate-not-found"), "{}", refused.text);
            removed.push(person.clone());
        }
        is_over.store(true, Ordering::SeqCst);
        removed
    };
    let (bought, removed, looks) = join3(buying, removing, watching).await;
    assert_eq!(removed.len(), CROWD);
    assert!(looks > CROWD, "{looks}");
    assert!(bought.iter().flatten().any(|status| *status == 200), "nobody bought anything: {bought:?}");
    assert!(bought.iter().all(|answers| answers.last() == Some(&404)), "{bought:?}");
    eventually("nothing of the removed is left", || async {
        let left = "SELECT count(*) FROM instances WHERE mandate_id = 'm-open'";
        database.number(left).await == 0
    })
    .await;
    assert_eq!(database.number("SELECT count(*) FROM accesses").await, 0);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
}

async fn a_deleted_user_leaves_every_mandate(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    activate(&scene, "u-a0", "f0").await;
    let free = scene.api.activate("u-a0", FREE, "f0").await;
    assert_eq!(free.status, 200, "{}", free.text);
    assert_eq!(machine.delete("users/u-a0").await.status, 204);
    assert_eq!(machine.get("users/u-a0").await.status, 404);
    for table in ["memberships", "accesses"] {
        assert_eq!(database.number(&format!("SELECT count(*) FROM {table} WHERE user_id = 'u-a0'")).await, 0);
    }
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
    assert_eq!(scene.api.counted(ADMIN, FREE).await, 0);
    let memberships: Value = machine.get("memberships?limit=500").await.json();
    assert!(!memberships.to_string().contains("\"u-a0\""));
    assert_eq!(machine.delete("users/u-a0").await.status, 204);
}
