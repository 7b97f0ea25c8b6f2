//! Real hosts and a real endpoint: every kind of event out of what people and time do; and hosts that are killed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::receiver::{Received, Receiver, verified};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::{Scene, eventually},
    world::{ADMIN, FREE, MEMBER, PAID},
};

on_both_engines!(every_kind_reaches_the_endpoint, a_killed_host_loses_none);

const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

fn settings(setup: Setup) -> Setup {
    setup
        .with("TURNPIKE_EVENTS_PRIVATE_TARGETS", "on")
        .with("TURNPIKE_EVENTS_TICK", "100ms")
        .with("TURNPIKE_EVENTS_STANDING_EVERY", "200ms")
}

/// An endpoint that is told everything, as the API for services would have written it.
async fn endpoint(database: &TestDatabase, receiver: &Receiver) {
    database
        .execute(&format!(
            "INSERT INTO event_endpoints (id, url, kinds, state, created_at) \
             VALUES ('t1', '{}', '[]', 'enabled', 1); \
             INSERT INTO event_secrets (endpoint_id, secret, created_at) VALUES ('t1', '{SECRET}', 1)",
            receiver.url
        ))
        .await;
}

/// What a product keeps that lives on events alone: which instances can be used, and by whom.
#[derive(Debug, Default, PartialEq, Eq)]
struct Mirror {
    seen: BTreeSet<String>,
    instances: BTreeMap<String, bool>,
    accesses: BTreeSet<(String, String)>,
}

impl Mirror {
    fn of(received: &[Received]) -> Self {
        let mut mirror = Self::default();
        for one in received {
            if mirror.seen.insert(one.id.clone()) {
                mirror.take(&one.body());
            }
        }
        mirror
    }

    fn take(&mut self, event: &Value) {
        let text = |name: &str| event["data"][name].as_str().unwrap_or_default().to_owned();
        let instance = text("instanceId");
        match event["type"].as_str().unwrap() {
            "instance.activated" | "instance.restored" | "instance.resumed" => {
                self.instances.insert(instance, true);
            }
            "instance.suspended" => {
                self.instances.insert(instance, false);
            }
            "instance.ended" => {
                self.instances.remove(&instance);
            }
            "access.granted" => {
                self.accesses.insert((instance, text("userId")));
            }
            "access.revoked" => {
                self.accesses.remove(&(instance, text("userId")));
            }
            "subscription.changed" => {}
            other => panic!("{other}"),
        }
    }
}

async fn in_store(database: &TestDatabase, sql: &str) -> Vec<String> {
    database.lines(sql).await
}

async fn heard(receiver: &Receiver, kind: &str, count: usize) {
    eventually(&format!("{kind} is told"), || async {
        receiver.received().iter().filter(|got| got.body()["type"] == kind).count() >= count
    })
    .await;
}

async fn every_kind_reaches_the_endpoint(database: &TestDatabase) {
    let scene = Scene::with(database, settings).await;
    let receiver = Receiver::start().await;
    endpoint(database, &receiver).await;
    let api = &scene.api;

    let free = api.activate(ADMIN, FREE, "f0").await.json()["instanceId"].as_str().unwrap().to_owned();
    let paid = api.activate(ADMIN, PAID, "f1").await.json()["instanceId"].as_str().unwrap().to_owned();
    heard(&receiver, "instance.activated", 2).await;
    heard(&receiver, "access.granted", 2).await;
    // A second user, as an operator's import brings one; the first one leaves.
    database
        .execute(&format!("INSERT INTO accesses (id, user_id, instance_id) VALUES ('a-second', '{MEMBER}', '{free}')"))
        .await;
    assert_eq!(api.deactivate(ADMIN, FREE, "f0", &free).await.status, 200);
    heard(&receiver, "access.revoked", 1).await;

    database.execute(&format!("UPDATE subscriptions SET status = 'UNPAID' WHERE mandate_id = '{FREE}'")).await;
    heard(&receiver, "instance.suspended", 1).await;
    database.execute(&format!("UPDATE subscriptions SET status = 'ACTIVE' WHERE mandate_id = '{FREE}'")).await;
    heard(&receiver, "instance.resumed", 1).await;

    assert_eq!(api.deactivate(ADMIN, PAID, "f1", &paid).await.status, 200);
    heard(&receiver, "instance.ended", 1).await;
    assert_eq!(api.restore(ADMIN, PAID, &paid).await.status, 200);
    heard(&receiver, "instance.restored", 1).await;
    // Whoever administers nothing gets a home mandate with a trial.
    assert_eq!(api.get("u-nora", "/api/store/mandates").await.status, 200);
    heard(&receiver, "subscription.changed", 1).await;
    heard(&receiver, "access.granted", 3).await;

    let received = receiver.received();
    assert_eq!(verified(SECRET, &received), vec![true; received.len()], "by the library of the scheme");
    let other = "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVybw==";
    assert_eq!(verified(other, &received[..1]), [false]);
    let mut changed = received[0].clone();
    changed.raw.push(' ');
    assert_eq!(verified(SECRET, &[changed]), [false]);

    let ids: BTreeSet<&str> = received.iter().map(|got| got.id.as_str()).collect();
    assert_eq!(ids.len(), received.len(), "nothing failed, so nothing came twice");
    let mirror = Mirror::of(&received);
    assert_eq!(mirror.instances, BTreeMap::from([(free.clone(), true), (paid.clone(), true)]));
    // The access that an import brought is none that events tell of.
    assert_eq!(mirror.accesses, BTreeSet::from([(paid.clone(), ADMIN.to_owned())]));
    let paid_events: Vec<String> = received
        .iter()
        .map(Received::body)
        .filter(|event| event["data"]["instanceId"] == paid.as_str())
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect();
    let expected = [
        "instance.activated",
        "access.granted",
        "access.revoked",
        "instance.ended",
        "instance.restored",
        "access.granted",
    ];
    assert_eq!(paid_events, expected);
    assert!(!scene.host.log().contains("whsec_"), "no secret is logged");
}

async fn a_killed_host_loses_none(database: &TestDatabase) {
    let mut scene = Scene::with(database, settings).await;
    let receiver = Receiver::start().await;
    endpoint(database, &receiver).await;
    // It gets the first event and never says so.
    receiver.answer(|_| None);
    for feature in ["f0", "f1", "f2"] {
        assert_eq!(scene.api.activate(ADMIN, FREE, feature).await.status, 200);
    }
    assert_eq!(scene.api.activate(ADMIN, PAID, "f3").await.status, 200);
    eventually("two events are on their way", || async { receiver.received().len() >= 2 }).await;
    scene.host.kill();
    let before = receiver.ids();
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), 2, "the first of each mandate: {before:?}");
    receiver.answer_all(200);
    // As if the time of its leases had passed.
    database.execute("UPDATE event_deliveries SET lease_until = 0").await;
    scene.restart();
    let (_host, second) = scene.another_host();
    let ended = second.activate(ADMIN, FREE, "f4").await;
    assert_eq!(ended.code(), "capacity-reached", "{}", ended.text);
    eventually("everything is delivered", || async {
        database.number("SELECT count(*) FROM event_deliveries WHERE state = 'delivered'").await == 8
    })
    .await;
    let mirror = Mirror::of(&receiver.received());
    let stored: BTreeSet<String> = in_store(database, "SELECT id FROM events").await.into_iter().collect();
    assert_eq!(mirror.seen, stored, "each at least once");
    let after = receiver.ids();
    for id in &before {
        assert_eq!(after.iter().filter(|seen| *seen == id).count(), 2, "what the dead host had sent came again");
    }
    let active: BTreeSet<String> =
        in_store(database, "SELECT id FROM instances WHERE state = 'active'").await.into_iter().collect();
    assert_eq!(mirror.instances.keys().cloned().collect::<BTreeSet<_>>(), active);
    let accesses: BTreeSet<String> =
        in_store(database, "SELECT instance_id || ' ' || user_id FROM accesses").await.into_iter().collect();
    assert_eq!(
        mirror.accesses.iter().map(|(instance, user)| format!("{instance} {user}")).collect::<BTreeSet<_>>(),
        accesses
    );
}
