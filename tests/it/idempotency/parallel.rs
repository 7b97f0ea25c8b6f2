//! Twelve requests with one key at the same time: one purchase, and nobody gets a fault of ours.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::json;
use stripe_sim::{Action, Fault, Stage};

use super::{ACTIVATE, DEACTIVATE, wish};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, FREE, OPEN},
};

/// Rounds of twelve requests each.
const ROUNDS: usize = 10;

on_both_engines!(
    twelve_requests_with_one_key_activate_once,
    twelve_requests_with_one_key_buy_once,
    twelve_requests_with_one_key_end_once,
    twelve_bodies_under_one_key_buy_one_of_them,
);

async fn twelve_requests_with_one_key_activate_once(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for round in 0..3 {
        let instances = twelve(&scene, FREE, &format!("f{round}")).await;
        assert_eq!(instances.len(), 1, "round {round}: {instances:?}");
        assert_eq!(scene.api.counted(ADMIN, FREE).await, round + 1, "round {round}");
    }
}

async fn twelve_requests_with_one_key_buy_once(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for round in 0..ROUNDS {
        scene.sim.fault(Fault::once("POST", "/v1/subscriptions", Action::Delay { ms: 100, at: Stage::Before }));
        let instances = twelve(&scene, OPEN, &format!("f{round}")).await;
        assert_eq!(instances.len(), 1, "round {round}: {instances:?}");
        scene.settled(OPEN).await;
        assert_eq!(scene.billed(OPEN), i64::try_from(round).unwrap() + 1, "round {round}");
    }
}

async fn twelve_requests_with_one_key_end_once(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for round in 0..ROUNDS {
        let key = format!("round-{round}");
        let activated = scene.api.post_keyed(ADMIN, ACTIVATE, &key, &wish(OPEN, "f0")).await;
        assert_eq!(activated.status, 200, "{}", activated.text);
        let ending = json!({"featureCode": "f0", "mandateId": OPEN, "instanceId": activated.json()["instanceId"]});
        let replies = join_all((0..12).map(|_| scene.api.post_keyed(ADMIN, DEACTIVATE, &key, &ending))).await;
        let changes: BTreeSet<String> = replies
            .iter()
            .map(|reply| {
                assert_eq!(reply.status, 200, "round {round}: {}", reply.text);
                reply.json()["change"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(changes.len(), 1, "round {round}: {changes:?}");
        scene.settled(OPEN).await;
        assert_eq!(scene.billed(OPEN), 0, "round {round}");
    }
}

async fn twelve_bodies_under_one_key_buy_one_of_them(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let wishes: Vec<_> = (0..12).map(|n| wish(OPEN, &format!("f{n}"))).collect();
    let replies = join_all(wishes.iter().map(|wish| scene.api.post_keyed(ADMIN, ACTIVATE, "a", wish))).await;
    let (done, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(done.len(), 1, "{replies:?}");
    assert!(refused.iter().all(|reply| reply.code() == "idempotency-key-reused"), "{replies:?}");
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 1);
}

/// Twelve activations with one key at the same time: the instances they speak of.
async fn twelve(scene: &Scene, mandate: &str, feature: &str) -> BTreeSet<String> {
    let wish = wish(mandate, feature);
    let replies = join_all((0..12).map(|_| scene.api.post_keyed(ADMIN, ACTIVATE, feature, &wish))).await;
    let spoken_of = |reply: &crate::api::Reply| match reply.status {
        200 | 202 => Some(reply.json()["instanceId"].as_str().unwrap().to_owned()),
        409 => {
            assert_eq!(reply.code(), "request-in-progress");
            assert!(!reply.header("retry-after").is_empty());
            None
        }
        _ => panic!("{} {}", reply.status, reply.text),
    };
    replies.iter().filter_map(spoken_of).collect()
}
