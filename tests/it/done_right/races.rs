//! Limits under parallel requests: never passed, never short, and one quantity update at a time.

use futures::future::join_all;
use serde_json::json;

use super::on_both_engines;
use crate::{
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, CROWD, FEATURES, FREE, OPEN, PAID},
};

/// Rounds of twelve requests each.
const ROUNDS: usize = 10;

on_both_engines!(
    twelve_parallel_activations_never_pass_a_limit_of_three,
    twelve_parallel_paid_activations_never_pass_a_limit_of_three,
    quantity_updates_of_a_subscription_come_one_after_the_other,
    twelve_clicks_of_one_person_buy_once,
);

async fn twelve_parallel_activations_never_pass_a_limit_of_three(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    rounds(&scene, FREE).await;
}

async fn twelve_parallel_paid_activations_never_pass_a_limit_of_three(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    rounds(&scene, PAID).await;
    scene.settled(PAID).await;
}

async fn rounds(scene: &Scene, mandate: &str) {
    for round in 0..ROUNDS {
        let people: Vec<String> = (0..CROWD).map(|n| format!("u-a{n}")).collect();
        let replies =
            join_all(people.iter().zip(FEATURES).map(|(person, feature)| scene.api.activate(person, mandate, feature)))
                .await;
        let (done, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
        assert_eq!(
            done.len(),
            3,
            "round {round}: {:?}",
            replies.iter().map(|r| (r.status, &r.text)).collect::<Vec<_>>()
        );
        assert!(refused.iter().all(|reply| reply.status == 402 && reply.code() == "capacity-reached"), "round {round}");
        assert_eq!(scene.api.counted(ADMIN, mandate).await, 3, "round {round}");
        let ends = done.iter().map(|reply| {
            let body = reply.json();
            let text = |field: &str| body[field].as_str().unwrap().to_owned();
            let request = json!({
                "featureCode": text("featureCode"), "mandateId": mandate, "instanceId": text("instanceId"), "scope": "mandate"
            });
            async move { scene.api.post(ADMIN, "/api/store/deactivate", &request).await }
        });
        assert!(join_all(ends).await.iter().all(|reply| reply.status == 200), "round {round}");
        assert_eq!(scene.api.counted(ADMIN, mandate).await, 0, "round {round}");
    }
}

async fn quantity_updates_of_a_subscription_come_one_after_the_other(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let people: Vec<String> = (0..CROWD).map(|n| format!("u-a{n}")).collect();
    let replies =
        join_all(people.iter().zip(FEATURES).map(|(person, feature)| scene.api.activate(person, OPEN, feature))).await;
    assert!(replies.iter().all(|reply| reply.status == 200), "{replies:?}");
    scene.settled(OPEN).await;
    let changes: Vec<(u64, u64)> =
        scene.sim.ledger().quantity_changes.iter().map(|change| (change.from, change.to)).collect();
    let mut before = 0;
    for (from, to) in &changes {
        assert_eq!(*from, before, "{changes:?}");
        assert!(to > from, "{changes:?}");
        before = *to;
    }
    assert_eq!(before, CROWD as u64, "{changes:?}");
    // What arrives while an operation is under way goes into the next one together.
    assert!(changes.len() < CROWD, "nothing was coalesced: {changes:?}");
    let locked = scene.sim.requests().iter().filter(|request| request.status == Some(429)).count();
    assert_eq!(locked, 0, "two updates overlapped");
}

async fn twelve_clicks_of_one_person_buy_once(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    scene.sim.fault(stripe_sim::Fault::once(
        "POST",
        "/v1/subscriptions",
        stripe_sim::Action::Delay { ms: 500, at: stripe_sim::Stage::Before },
    ));
    let replies = join_all((0..12).map(|_| scene.api.activate(ADMIN, OPEN, "f0"))).await;
    let ids: std::collections::BTreeSet<String> =
        replies.iter().map(|reply| reply.json()["instanceId"].as_str().unwrap_or_default().to_owned()).collect();
    assert!(replies.iter().all(|reply| reply.status == 200), "{replies:?}");
    assert_eq!(ids.len(), 1, "{replies:?}");
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 1);
}
