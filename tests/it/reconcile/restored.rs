//! A database that was restored from an older copy, or belongs to another installation, changes nothing at the provider.

use std::collections::BTreeSet;

use serde_json::json;
use stripe_sim::{Action, Cut, Fault, Stage};

use super::{activated, agreed, done, kinds, reconcile, told, writes};
use crate::{
    api::Api,
    engines::{self, TestDatabase},
    scene::eventually,
    world::{ADMIN, PAID},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_older_database_lowers_no_quantity_on_sqlite() {
    lowers_nothing(&engines::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_older_database_lowers_no_quantity_on_postgres() {
    lowers_nothing(&engines::postgres().await).await;
}

/// A copy is taken with two instances, two more are activated, and the copy is started again.
async fn lowers_nothing(database: &TestDatabase) {
    let mut scene = agreed(database).await;
    let instance = scene.api.states(ADMIN, PAID).await[0].0.clone();
    scene.host.terminate();
    let copy = database.copy().await;
    scene.restart();
    activated(&scene, PAID, "f2").await;
    let unlimited = json!({"format": "feature-store-fixture/1", "plans": [{
        "key": "PAID3", "label": "PAID3", "pricePerFeatureInstanceCHF": 29.5, "billingPeriod": "MONTHLY",
        "maxFeatureInstances": 9
    }]});
    scene.setup.import(&unlimited);
    activated(&scene, PAID, "f3").await;
    assert_eq!(scene.billed(PAID), 4);
    scene.host.kill();

    scene.setup = scene.setup.clone().with("TURNPIKE_DATABASE_URL", &copy.url).with("TURNPIKE_RECONCILE_EVERY", "1s");
    scene.setup.import(&unlimited);
    scene.restart();
    let before = writes(&scene);
    eventually("the host has seen it", || async { told(&scene, PAID).await.0 == json!(false) }).await;
    let looked = copy.number("SELECT checked_at FROM checks WHERE subscription_id = 's-m-paid'").await;
    eventually("the host has looked again and again", || async {
        copy.number("SELECT checked_at FROM checks WHERE subscription_id = 's-m-paid'").await > looked + 3000
    })
    .await;
    // Ends wait too: what the copy counts is not what there is.
    let ended = scene.api.deactivate(ADMIN, PAID, "f0", &instance).await;
    assert_eq!((ended.status, ended.json()["billing"].clone()), (200, json!("pending")), "{}", ended.text);
    let refused = scene.api.activate(ADMIN, PAID, "f5").await;
    assert_eq!((refused.status, refused.code().as_str()), (402, "billing-incomplete"), "{}", refused.text);
    let (code, review) = reconcile(&scene.setup, &[]);
    let expected: BTreeSet<String> = super::only(&["quantity-higher", "unknown-writer"]);
    assert_eq!((code, kinds(&review, PAID)), (1, expected), "{review:#}");
    assert_eq!((scene.billed(PAID), writes(&scene)), (4, before), "nothing was lowered");

    // Until somebody answers for the copy: the end goes, and the rest of what it does not know is given up.
    let (_, review) = reconcile(&scene.setup, &["--confirm"]);
    assert!(done(&review, PAID).contains("lower") || done(&review, PAID).contains("nothing to do"), "{review:#}");
    scene.settled(PAID).await;
    assert_eq!(scene.billed(PAID), 1);
    assert_eq!(reconcile(&scene.setup, &[]).0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_of_a_restored_database_waits_for_an_operator_on_sqlite() {
    leaves_the_operation(&engines::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_of_a_restored_database_waits_for_an_operator_on_postgres() {
    leaves_the_operation(&engines::postgres().await).await;
}

/// A copy is taken while a third instance is in doubt. It is resolved, a fourth comes, and a day later the copy is started.
async fn leaves_the_operation(database: &TestDatabase) {
    let mut scene = agreed(database).await;
    scene.setup = scene.setup.clone().with("TURNPIKE_BILLING_WAIT", "500ms").with("TURNPIKE_RECONCILE_EVERY", "1s");
    scene.restart();
    scene.sim.fault(Fault::always("POST", "/v1/subscriptions", Action::Drop { at: Stage::Before, how: Cut::Rst }));
    assert_eq!(scene.api.activate(ADMIN, PAID, "f2").await.status, 202);
    let sent = "SELECT count(*) FROM operations WHERE state = 'in_doubt'";
    eventually("it is in doubt", || async { database.number(sent).await == 1 }).await;
    scene.host.kill();
    let copy = database.copy().await;
    scene.sim.clear_faults();
    // The killed host may hold it still, and had come to long pauses.
    database.execute("UPDATE operations SET lease_until = 0, next_at = 0 WHERE state = 'in_doubt'").await;
    scene.restart();
    scene.settled(PAID).await;
    let unlimited = json!({"format": "feature-store-fixture/1", "plans": [{
        "key": "PAID3", "label": "PAID3", "pricePerFeatureInstanceCHF": 29.5, "billingPeriod": "MONTHLY",
        "maxFeatureInstances": 9
    }]});
    scene.setup.import(&unlimited);
    activated(&scene, PAID, "f3").await;
    assert_eq!(scene.billed(PAID), 4);
    scene.host.kill();

    copy.execute(
        "UPDATE operations SET created_at = created_at - 90000000, first_sent_at = first_sent_at - 90000000, \
         next_at = 0, lease_until = 0 WHERE state IN ('prepared', 'sent', 'in_doubt')",
    )
    .await;
    scene.setup = scene.setup.clone().with("TURNPIKE_DATABASE_URL", &copy.url);
    let before = writes(&scene);
    scene.restart();
    let held = "SELECT count(*) FROM operations WHERE last_error LIKE '%this ledger does not know%'";
    eventually("it is left to an operator", || async { copy.number(held).await == 1 }).await;
    eventually("that is an alarm, and so is its age", || async {
        let log = scene.host.log();
        ["does not know wrote last", "an operation is still unresolved"]
            .iter()
            .all(|words| log.lines().any(|line| line.contains("ERROR") && line.contains(words)))
    })
    .await;
    let (code, review) = reconcile(&scene.setup, &[]);
    let expected: BTreeSet<String> = super::only(&["operation-overdue", "unknown-writer"]);
    assert_eq!((code, kinds(&review, PAID)), (1, expected), "{review:#}");
    assert_eq!((scene.billed(PAID), writes(&scene)), (4, before), "nothing was sent");

    let (_, review) = reconcile(&scene.setup, &["--confirm", "--reason", "the copy is the truth now"]);
    assert!(done(&review, PAID).starts_with("accepted operation"), "{review:#}");
    copy.execute("UPDATE operations SET next_at = 0 WHERE state = 'in_doubt'").await;
    scene.settled(PAID).await;
    assert_eq!(scene.billed(PAID), 3);
    eventually("nothing differs", || async { reconcile(&scene.setup, &[]).0 == 0 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_installation_is_noticed_by_what_it_writes() {
    let database = engines::sqlite().await;
    let scene = agreed(&database).await;
    let other = engines::sqlite().await;
    let setup = crate::host::Setup::new(&other.url).billing(&scene.sim.url()).with_world();
    let host = setup.serve();
    let api = Api::new(&host.url);
    let before = writes(&scene);
    let (code, review) = reconcile(&setup, &[]);
    assert_eq!(code, 1);
    assert!(kinds(&review, PAID).contains("unknown-writer"), "{review:#}");
    let refused = api.activate(ADMIN, PAID, "f0").await;
    assert_eq!(refused.status, 402, "{}", refused.text);
    assert_eq!((scene.billed(PAID), writes(&scene)), (2, before));
}
