//! What happens at the same time: a colleague who is removed, an instance that waits for billing, many admins at once.

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use stripe_sim::{Action, Fault, Stage};

use super::{accesses, instance, path, share, told, unshare};
use crate::{
    directory::{Machine, with_services},
    done_right::on_both_engines,
    engines::TestDatabase,
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
    let scene = Scene::with(database, with_services).await;
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
