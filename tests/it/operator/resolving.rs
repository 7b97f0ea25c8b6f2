//! `turnpike ledger resolve`: an operation is settled by hand as a host would settle it, and no host writes over it.

use serde_json::json;
use stripe_sim::{Action, Cut, Fault, Stage};

use super::{in_doubt, refused, told, told_json};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, OPEN},
};

on_both_engines!(
    what_was_applied_is_settled_and_the_waiting_caller_finds_out,
    what_was_rejected_leaves_nothing_and_an_end_is_tried_again,
    a_host_that_holds_it_writes_nothing_any_more,
);

fn lost() -> Fault {
    Fault::always("POST", "/v1/subscriptions", Action::Drop { at: Stage::After, how: Cut::Rst })
}

async fn what_was_applied_is_settled_and_the_waiting_caller_finds_out(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| {
        setup.with("TURNPIKE_BILLING_WAIT", "60s").with("TURNPIKE_REQUEST_TIMEOUT", "90s")
    })
    .await;
    scene.sim.fault(lost());
    let waiting = tokio::spawn({
        let api = scene.api.clone();
        async move { api.activate(ADMIN, OPEN, "f0").await }
    });
    in_doubt(&scene.setup).await;
    told(&scene.setup, &["pause", "billing", "--reason", "looking at the Dashboard"]);
    let operation = in_doubt(&scene.setup).await;
    let shown = told(&scene.setup, &["ledger", "show", &operation]);
    for part in ["in_doubt", "sub_planted_open, item si_planted_open", "0 -> 1 (raise)", "activate", "billing", "f0"] {
        assert!(shown.contains(part), "`{part}` in\n{shown}");
    }
    let why = "the Dashboard shows quantity 1 and this operation";
    let settled = told(&scene.setup, &["ledger", "resolve", &operation, "--as", "applied", "--reason", why]);
    assert!(settled.contains("is applied") && settled.contains("(activate) is done"), "{settled}");
    let answer = waiting.await.expect("no panic");
    assert_eq!((answer.status, &answer.json()["activated"]), (200, &json!(true)), "{}", answer.text);
    scene.settled(OPEN).await;

    let again = refused(&scene.setup, &["ledger", "resolve", &operation, "--as", "rejected", "--reason", "x"]);
    assert!(again.contains("is `applied` already"), "{again}");
    let shown = told_json(&scene.setup, &["ledger", "show", &operation]);
    assert_eq!(shown["state"], "applied");
    assert_eq!(shown["readings"][0]["quantity"], 0, "read before the first operation");
    let deed = &shown["audit"][0];
    assert_eq!((&deed["action"], &deed["reason"]), (&json!("ledger resolve"), &json!(why)), "{shown}");
    assert_eq!((&deed["before"]["state"], &deed["detail"]["as"]), (&json!("in_doubt"), &json!("applied")));
    assert_eq!(shown["audit"].as_array().map(Vec::len), Some(1), "what was refused is no deed");
    scene.sim.clear_faults();
    told(&scene.setup, &["resume", "billing"]);
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f1").await.status, 200, "the subscription is free again");
    scene.settled(OPEN).await;
}

async fn what_was_rejected_leaves_nothing_and_an_end_is_tried_again(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "4s")).await;
    let instance = scene.api.activate(ADMIN, OPEN, "f0").await.json()["instanceId"].as_str().unwrap().to_owned();
    // Nothing of these arrives.
    let dropped = Action::Drop { at: Stage::Before, how: Cut::Rst };
    scene.sim.fault(Fault::always("POST", "/v1/subscriptions", dropped));
    let change = scene.api.activate(ADMIN, OPEN, "f1").await;
    assert_eq!(change.status, 202, "{}", change.text);
    in_doubt(&scene.setup).await;
    told(&scene.setup, &["pause", "billing", "--reason", "looking at the Dashboard"]);
    let operation = in_doubt(&scene.setup).await;
    told(&scene.setup, &["ledger", "resolve", &operation, "--as", "rejected", "--reason", "the quantity is still 1"]);
    let states = scene.api.states(ADMIN, OPEN).await;
    assert_eq!(states, [(instance.clone(), "active".to_owned())]);
    let change = scene.api.get(ADMIN, change.header("location")).await;
    assert!(change.text.contains("\"failed\"") && change.text.contains("billing-refused"), "{}", change.text);
    told(&scene.setup, &["resume", "billing"]);

    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &instance).await.json()["billing"], "pending");
    in_doubt(&scene.setup).await;
    told(&scene.setup, &["pause", "billing", "--reason", "looking at the Dashboard"]);
    let operation = in_doubt(&scene.setup).await;
    let settled =
        told(&scene.setup, &["ledger", "resolve", &operation, "--as", "rejected", "--reason", "the quantity is 1"]);
    assert!(settled.contains("(end) is queued"), "{settled}");
    scene.sim.clear_faults();
    told(&scene.setup, &["resume", "billing"]);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0, "an end is told to billing until it is true");
}

async fn a_host_that_holds_it_writes_nothing_any_more(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| {
        setup.with("TURNPIKE_BILLING_WAIT", "4s").with("TURNPIKE_LOG", "info,turnpike::adapters::stripe=debug")
    })
    .await;
    let unknown = refused(&scene.setup, &["ledger", "resolve", "none", "--as", "applied", "--reason", "x"]);
    assert!(unknown.contains("no operation `none`"), "{unknown}");
    scene.sim.fault(Fault::always("POST", "/v1/subscriptions", Action::Hold { at: Stage::After }));
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f0").await.status, 202);
    let listed = told_json(&scene.setup, &["ledger", "list", "--unresolved", "--mandate", OPEN]);
    let operation = listed["operations"][0]["id"].as_str().expect("an operation").to_owned();
    assert!(listed["operations"][0]["heldForMs"].as_i64().is_some_and(|ms| ms > 0), "{listed}");

    let resolve = ["ledger", "resolve", &operation, "--as", "rejected", "--reason", "that host is gone"];
    let held = refused(&scene.setup, &resolve);
    assert!(held.contains("works on operation") && held.contains("--force"), "{held}");
    assert_eq!(
        database.number("SELECT count(*) FROM audit WHERE actor LIKE 'operator:%' AND action NOT LIKE 'import%'").await,
        0
    );
    told(&scene.setup, &[&resolve[..], &["--force"]].concat());

    // Its answer comes after all, and the host cannot write it.
    let answers = scene.host.log().matches("stripe answered").count();
    scene.sim.clear_faults();
    scene.sim.release();
    eventually("the host has the answer", || async { scene.host.log().matches("stripe answered").count() > answers })
        .await;
    // What it has under way ends before it does.
    let mut host = scene.host;
    assert_eq!(host.terminate(), Some(0));
    let shown = told_json(&scene.setup, &["ledger", "show", &operation]);
    assert_eq!((&shown["state"], &shown["audit"][0]["detail"]["force"]), (&json!("rejected"), &json!(true)), "{shown}");
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 0);
    assert_eq!(scene.sim.quantity("si_planted_open"), Some(1), "what was sent is not called back");
}
