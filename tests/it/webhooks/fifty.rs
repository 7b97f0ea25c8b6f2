//! Webhooks in every disorder: more than once, in any order, replayed, with bad, old, empty-key and rotated signatures.

use std::collections::BTreeSet;

use stripe_sim::{Edit, Endpoint, Status, signature as sign};

use super::{OLD_SECRET, PATH, SECRET, accepting, events, in_state, now, send, worked_off};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, OPEN, PAID},
};

on_both_engines!(in_every_disorder_ours_is_as_stripes_at_the_end,);

/// How each endpoint of the simulator signs, how often it sends and how late, and what it is answered.
const ENDPOINTS: [(&str, u32, u64, u16); 4] =
    [(SECRET, 2, 0, 200), (OLD_SECRET, 1, 40, 200), ("whsec_planted_wrong", 1, 0, 400), ("", 1, 10, 400)];

/// Attempts that a refused event is given.
const ATTEMPTS: u32 = 2;

async fn in_every_disorder_ours_is_as_stripes_at_the_end(database: &TestDatabase) {
    let scene = Scene::with(database, accepting).await;
    for (number, (secret, copies, delay_ms, _)) in ENDPOINTS.into_iter().enumerate() {
        let url = format!("{}{PATH}?endpoint={number}", scene.host.url);
        let endpoint = Endpoint::new(&url, secret);
        scene.sim.webhook(Endpoint { copies, delay_ms, max_attempts: ATTEMPTS, retry_ms: 5, ..endpoint });
    }
    for feature in ["f0", "f1"] {
        assert_eq!(scene.api.activate(ADMIN, PAID, feature).await.status, 200);
    }
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f2").await.status, 200);
    let walk = [Status::PastDue, Status::Active, Status::Paused, Status::Active, Status::Canceled, Status::Active];
    for (status, other) in walk.into_iter().zip(walk.into_iter().rev()) {
        for (subscription, status) in [("sub_planted_paid", status), ("sub_planted_open", other)] {
            scene.sim.edit(subscription, Edit { status: Some(status), ..Edit::default() }).expect("an edit");
        }
    }
    let made = events(&scene).await;
    let sent_at_least = made.len() * ENDPOINTS.len();
    assert!(sent_at_least >= 50, "{sent_at_least}");
    delivered(&scene, made.len()).await;
    worked_off(&scene, database).await;
    let before = reads(&scene);

    // Once more by hand, the newest first, and with every signature that there is.
    for event in made.iter().rev() {
        let payload = event.to_string();
        for (header, expected) in [
            (sign(SECRET, now(), &payload), 200),
            (sign(OLD_SECRET, now(), &payload), 200),
            (sign(SECRET, now() - 400, &payload), 400),
            (sign(SECRET, now() + 400, &payload), 400),
            (sign("whsec_planted_wrong", now(), &payload), 400),
            (sign("", now(), &payload), 400),
            (sign(SECRET, now(), &payload.replace("evt_", "evt_x")), 400),
        ] {
            let reply = send(&scene.api, &header, &payload).await;
            assert_eq!(reply.status, expected, "{header}: {}", reply.text);
        }
    }
    worked_off(&scene, database).await;
    assert_eq!(reads(&scene), before, "what is known is not read again");

    assert_eq!(in_state(database, "dead").await, 0);
    let kept = database.number("SELECT count(*) FROM webhook_events").await;
    assert_eq!(kept, i64::try_from(made.len()).expect("in range"), "each event once");
    for (mandate, subscription, ours) in [(PAID, "sub_planted_paid", "ACTIVE"), (OPEN, "sub_planted_open", "PAST_DUE")]
    {
        let stripes = scene.sim.subscription(subscription).expect("a subscription")["status"].clone();
        assert_eq!(stripes.as_str().map(str::to_ascii_uppercase).as_deref(), Some(ours));
        let same = format!(
            "SELECT count(*) FROM subscriptions WHERE id = 's-{mandate}' AND status = '{ours}' AND ends_at IS NULL"
        );
        assert_eq!(database.number(&same).await, 1, "{mandate}");
        scene.settled(mandate).await;
    }
    assert_eq!(scene.sim.ledger().quantity_changes.len(), 3, "nothing but the activations changed a quantity");
    assert!(!scene.host.log().contains("\"ERROR\""), "{}", scene.host.log());
}

/// How often a subscription was read.
fn reads(scene: &Scene) -> usize {
    let of_subscriptions = |path: &str| path.starts_with("/v1/subscriptions/");
    scene.sim.requests().iter().filter(|one| one.method == "GET" && of_subscriptions(&one.path)).count()
}

/// Every event was delivered to every endpoint, or given up after a final refusal; none was answered with a 5xx.
async fn delivered(scene: &Scene, made: usize) {
    let expected: usize = ENDPOINTS
        .iter()
        .map(|(_, copies, _, status)| made * *(if *status == 200 { copies } else { &ATTEMPTS }) as usize)
        .sum();
    let all = scene.sim.wait_until(std::time::Duration::from_secs(60), |sim| sim.deliveries().len() == expected).await;
    let deliveries = scene.sim.deliveries();
    assert!(all, "{} deliveries instead of {expected}", deliveries.len());
    let seen: BTreeSet<(String, Option<u16>)> =
        deliveries.iter().map(|one| (one.url.rsplit('=').next().unwrap_or_default().to_owned(), one.status)).collect();
    let answers = ENDPOINTS.iter().enumerate().map(|(number, (.., status))| (number.to_string(), Some(*status)));
    assert_eq!(seen, answers.collect());
}
