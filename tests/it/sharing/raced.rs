//! What happens at the same time: a colleague who is removed, an instance that waits for billing, many admins at once.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use stripe_sim::{Action, Fault, Stage};

use super::{accesses, instance, path, share, told, unshare};
use crate::{
    crashes::Lock,
    directory::{Machine, patient},
    done_right::on_both_engines,
    engines::{TestDatabase, postgres},
    scene::{Scene, eventually},
    world::{ADMIN, CROWD, MEMBER, OPEN, PAID},
};

on_both_engines!(
    who_is_removed_at_the_same_time_is_left_nothing,
    what_waits_for_billing_is_not_shared_yet,
    one_access_however_many_give_it,
);

/// Accesses of people who are no members.
const LEFT_BEHIND: &str = "SELECT count(*) FROM accesses a JOIN instances i ON i.id = a.instance_id \
     LEFT JOIN memberships u ON u.user_id = a.user_id AND u.mandate_id = i.mandate_id AND u.enabled = 1 WHERE u.id IS NULL";

async fn who_is_removed_at_the_same_time_is_left_nothing(database: &TestDatabase) {
    let scene = Scene::with(database, patient).await;
    let machine = Machine::new(&scene.host.url);
    let instance = instance(&scene, ADMIN, OPEN).await;
    let rounds = join_all((0..CROWD).map(|n| {
        let (scene, machine, instance) = (&scene, &machine, &instance);
        async move {
            let person = format!("u-a{n}");
            let membership = format!("memberships/um-{person}-{OPEN}");
            let (given, removed) = futures::future::join(
                share(scene, ADMIN, instance, &person, "f0-user"),
                machine.send(Method::DELETE, &membership, &[], None),
            )
            .await;
            assert!([200, 404].contains(&given.status), "{}", given.text);
            assert_eq!(removed.status, 204, "{}", removed.text);
        }
    }));
    rounds.await;
    assert_eq!(database.number(LEFT_BEHIND).await, 0);
    assert_eq!(accesses(database).await, [format!("{ADMIN} f0-admin 1")]);
    // Whoever was told to have access was told to have lost it.
    let told = told(database).await;
    for n in 0..CROWD {
        let of = |kind: &str| told.iter().filter(|line| line.starts_with(&format!("access.{kind} u-a{n} "))).count();
        assert_eq!(of("granted"), of("revoked"), "{told:?}");
    }
}

async fn what_waits_for_billing_is_not_shared_yet(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    let api = scene.api.clone();
    let activating = tokio::spawn(async move { api.activate(ADMIN, PAID, "f0").await });
    eventually("it waits for billing", || async { scene.sim.held() == 1 }).await;
    let instance = scene.api.states(ADMIN, PAID).await.remove(0).0;
    let body = json!({"mandateId": PAID, "userId": MEMBER, "role": "f0-user"});
    let pending = scene.api.post(ADMIN, &path(&instance), &body).await;
    assert_eq!((pending.status, pending.code().as_str()), (409, "change-pending"), "{}", pending.text);
    scene.sim.release();
    assert_eq!(activating.await.unwrap().status, 200);
    assert_eq!(scene.api.post(ADMIN, &path(&instance), &body).await.status, 200);
    assert_eq!(told(database).await.len(), 2);
}

async fn one_access_however_many_give_it(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = instance(&scene, ADMIN, OPEN).await;
    let given = join_all((0..CROWD).map(|n| {
        let (scene, instance) = (&scene, &instance);
        async move { share(scene, &format!("u-a{n}"), instance, MEMBER, "f0-user").await }
    }))
    .await;
    let statuses: Vec<u16> = given.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(given.iter().all(|reply| reply.status == 200 || reply.code() == "access-held"), "{statuses:?}");
    // The last two accesses are taken at once: one of them ends the instance, and nobody pays for what nobody has.
    let of = |user: &str| json!({"mandateId": OPEN, "userId": user});
    let (one, other) = futures::future::join(
        unshare(&scene, ADMIN, &instance, None, &of(MEMBER)),
        unshare(&scene, "u-a0", &instance, None, &of(ADMIN)),
    )
    .await;
    let ended = [&one, &other].map(|reply| reply.json()["instanceDeleted"] == true);
    assert_eq!((one.status, other.status), (200, 200), "{} {}", one.text, other.text);
    assert_eq!(ended.iter().filter(|ended| **ended).count(), 1, "{} {}", one.text, other.text);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
}

/// Waits for locks, of whoever does.
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND wait_event_type = 'Lock'";

/// An activation that billing lets through, up to where its settlement is about to tell of the accesses that it found:
/// nothing of it is committed. Only there several write at once: PostgreSQL.
async fn settling(scene: &Scene, database: &TestDatabase) -> Lock {
    let held = Lock::of_changes(database).await;
    scene.sim.release();
    eventually("billing settles", || async { database.number(WAITING).await == 1 }).await;
    held
}

/// Kind and person of what was told, in the order in which it was.
async fn heard(database: &TestDatabase) -> Vec<String> {
    let rows = database.lines("SELECT kind || ' ' || data FROM events WHERE kind LIKE 'access.%' ORDER BY seq").await;
    let line = |row: &String| {
        let (kind, data) = row.split_once(' ').unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        format!("{kind} {} {}", data["userId"].as_str().unwrap(), data["roles"])
    };
    rows.iter().map(line).collect()
}

/// A service gives somebody access, and another role is called otherwise, while billing lets the instance through: each is
/// told, whoever is first.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_billing_settles_is_told() {
    let database = postgres().await;
    let scene = Scene::with(&database, patient).await;
    let machine = Machine::new(&scene.host.url);
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    let api = scene.api.clone();
    let activating = tokio::spawn(async move { api.activate(ADMIN, PAID, "f0").await });
    eventually("it waits for billing", || async { scene.sim.held() == 1 }).await;
    let instance = scene.api.states(ADMIN, PAID).await.remove(0).0;
    let role = async |label: &str| {
        let sql = format!("SELECT id FROM roles WHERE instance_id = '{instance}' AND label = '{label}'");
        database.lines(&sql).await.remove(0)
    };
    let (admin, user) = (role("f0-admin").await, role("f0-user").await);
    let held = settling(&scene, &database).await;
    let access = json!({"userId": MEMBER, "featureInstanceId": instance, "roleIds": [user], "enabled": true});
    let writing = [
        ("accesses/given".to_owned(), access),
        (format!("roles/{admin}"), json!({"roleLabel": "f0-head", "featureInstanceId": instance})),
    ]
    .map(|(path, body)| {
        let machine = machine.clone();
        tokio::spawn(async move { machine.put(&path, &body).await })
    });
    eventually("both wait for it or were too fast", || async {
        database.number(WAITING).await == 3 || writing.iter().any(|written| written.is_finished())
    })
    .await;
    held.release().await;
    for written in writing {
        let reply = written.await.unwrap();
        assert!([200, 201].contains(&reply.status), "{}", reply.text);
    }
    assert_eq!(activating.await.unwrap().status, 200);
    let mut heard = heard(&database).await;
    assert_eq!(heard.remove(0), format!("access.granted {ADMIN} [\"f0-admin\"]"));
    heard.sort();
    let expected = [format!("access.granted {ADMIN} [\"f0-head\"]"), format!("access.granted {MEMBER} [\"f0-user\"]")];
    assert_eq!(heard, expected);
}

/// Somebody gives an access up while billing lets the restored instance through: it is told to be gone, and that last.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_while_billing_settles_is_told_last() {
    let database = postgres().await;
    let scene = Scene::with(&database, patient).await;
    let instance = instance(&scene, ADMIN, PAID).await;
    let body = json!({"mandateId": PAID, "userId": MEMBER, "role": "f0-user"});
    assert_eq!(scene.api.post(ADMIN, &path(&instance), &body).await.status, 200);
    let all = json!({"featureCode": "f0", "mandateId": PAID, "instanceId": instance, "scope": "mandate"});
    assert_eq!(scene.api.post(ADMIN, "/api/store/deactivate", &all).await.status, 200);
    scene.settled(PAID).await;
    let before = heard(&database).await.len();
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Hold { at: Stage::Before }));
    let (api, ended) = (scene.api.clone(), instance.clone());
    let restoring = tokio::spawn(async move { api.restore(ADMIN, PAID, &ended).await });
    eventually("it waits for billing", || async { scene.sim.held() == 1 }).await;
    let held = settling(&scene, &database).await;
    let (api, given) = (scene.api.clone(), instance.clone());
    let leaving = tokio::spawn(async move { api.deactivate(MEMBER, PAID, "f0", &given).await });
    eventually("it waits for that or was too fast", || async {
        database.number(WAITING).await == 2 || leaving.is_finished()
    })
    .await;
    held.release().await;
    let left = leaving.await.unwrap();
    assert_eq!(left.status, 200, "{}", left.text);
    assert_eq!(restoring.await.unwrap().status, 200);
    let heard = heard(&database).await.split_off(before);
    let of_member: Vec<&String> = heard.iter().filter(|line| line.contains(MEMBER)).collect();
    assert_eq!(of_member, [&format!("access.granted {MEMBER} [\"f0-user\"]"), &format!("access.revoked {MEMBER} []")]);
    assert_eq!(accesses(&database).await, [format!("{ADMIN} f0-admin 1")]);
}
