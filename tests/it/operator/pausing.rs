//! `turnpike pause billing`: nothing new is sent, what is free goes on, and nothing is lost.

use serde_json::json;
use stripe_sim::{Action, Cut, Fault, Stage};

use super::{in_doubt, refused, told, told_json};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, FOLLOWED, FREE, OPEN},
};

on_both_engines!(while_billing_is_paused_nothing_is_sent_and_nothing_is_lost, an_operation_in_doubt_waits_for_the_end);

const NOTICED: &str = "billing is paused by an operator";

async fn while_billing_is_paused_nothing_is_sent_and_nothing_is_lost(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "4s")).await;
    let (other, _) = scene.another_host();
    let paid = scene.api.activate(ADMIN, OPEN, "f0").await.json()["instanceId"].as_str().unwrap().to_owned();
    let followed = scene.api.activate(ADMIN, FOLLOWED, "f0").await;
    assert_eq!(followed.status, 200, "{}", followed.text);
    scene.settled(FOLLOWED).await;

    told(&scene.setup, &["pause", "billing", "--reason", "a new account"]);
    let sent = scene.sim.requests().len();
    let again = refused(&scene.setup, &["pause", "billing", "--reason", "again"]);
    assert!(again.contains("paused already") && again.contains("a new account"), "{again}");

    let refusal = scene.api.activate(ADMIN, OPEN, "f1").await;
    assert_eq!((refusal.status, refusal.code().as_str()), (503, "billing-paused"), "{}", refusal.text);
    assert!(refusal.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
    assert_eq!(scene.api.activate(ADMIN, FREE, "f0").await.status, 200, "what is free goes on");
    let more = scene.api.activate(ADMIN, FOLLOWED, "f1").await;
    assert_eq!(more.status, 200, "{}", more.text);
    let end = scene.api.deactivate(ADMIN, OPEN, "f0", &paid).await;
    assert_eq!((end.status, &end.json()["billing"]), (200, &json!("pending")), "{}", end.text);
    assert_eq!(scene.api.get(ADMIN, "/readyz").await.status, 200);
    let offered = scene.api.get(ADMIN, &format!("/api/store/features?mandateId={OPEN}")).await;
    assert!(offered.text.contains("billing-paused"), "{}", offered.text);

    for host in [&scene.host, &other] {
        eventually("the host has noticed", || async { host.log().contains(NOTICED) }).await;
    }
    let listed = told(&scene.setup, &["ledger", "list"]);
    assert!(listed.starts_with("billing is paused since ") && listed.contains("a new account"), "{listed}");
    let listed = told_json(&scene.setup, &["ledger", "list", "--unresolved"]);
    assert_eq!((&listed["waitingChanges"], &listed["operations"]), (&json!(2), &json!([])), "{listed}");
    assert_eq!(listed["billingPaused"]["reason"], "a new account");
    assert_eq!((scene.billed(OPEN), scene.billed(FOLLOWED)), (1, 1));
    assert_eq!(scene.sim.requests().len(), sent, "nothing was sent");

    let over = told(&scene.setup, &["resume", "billing"]);
    assert!(over.contains("billing goes on"), "{over}");
    scene.settled(OPEN).await;
    scene.settled(FOLLOWED).await;
    assert_eq!((scene.billed(OPEN), scene.billed(FOLLOWED)), (0, 2));
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f1").await.status, 200);
    assert!(refused(&scene.setup, &["resume", "billing"]).contains("not paused"));
    for host in [&scene.host, &other] {
        eventually("the host goes on", || async { host.log().contains("billing goes on") }).await;
        assert_eq!(host.log().matches(NOTICED).count(), 1, "it is said once");
    }
    let audited = "SELECT count(*) FROM audit WHERE subject = 'billing' AND action IN ('pause', 'resume') \
                   AND actor LIKE 'operator:%_@_%'";
    assert_eq!(database.number(audited).await, 2);
    assert_eq!(
        database.number("SELECT count(*) FROM audit WHERE actor LIKE 'operator:%' AND action NOT LIKE 'import%'").await,
        2,
        "what was refused is no deed"
    );
}

async fn an_operation_in_doubt_waits_for_the_end(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "4s")).await;
    let lost = Action::Drop { at: Stage::After, how: Cut::Rst };
    scene.sim.fault(Fault::always("POST", "/v1/subscriptions", lost));
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f0").await.status, 202);
    in_doubt(&scene.setup).await;
    told(&scene.setup, &["pause", "billing", "--reason", "its answers are lost"]);
    eventually("the host has noticed", || async { scene.host.log().contains(NOTICED) }).await;
    // What was under way when it was paused comes to its end.
    in_doubt(&scene.setup).await;
    let sent = scene.sim.requests().len();
    scene.sim.clear_faults();
    let ticks = scene.another_host();
    eventually("another host has looked too", || async { ticks.0.log().contains(NOTICED) }).await;
    assert_eq!(scene.sim.requests().len(), sent, "nothing was sent");
    told(&scene.setup, &["resume", "billing", "--reason", "they arrive again"]);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 1);
}
