//! Who is removed can do nothing from the next request on, what nobody else uses ends, and the bill follows: also while
//! everybody is busy.

use futures::future::join_all;
use serde_json::{Value, json};

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

/// All of the crowd buy without a pause while one after the other is removed.
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
    let removing = async {
        let mut removed = Vec::new();
        for person in &people {
            let reply = machine.delete(&membership(person)).await;
            assert_eq!(reply.status, 204, "{}", reply.text);
            // From the next request on, and so for ever.
            let refused = scene.api.activate(person, OPEN, "f0").await;
            assert_eq!((refused.status, refused.code().as_str()), (404, "mandate-not-found"), "{}", refused.text);
            removed.push(person.clone());
        }
        removed
    };
    let (bought, removed) = futures::future::join(buying, removing).await;
    assert_eq!(removed.len(), CROWD);
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
