//! What an operator answers for is written down: who, why, and what came of it.

use serde_json::json;

use super::{SUB_PAID, agreed, reconcile, set};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
};

on_both_engines!(
    what_is_done_on_confirm_is_written_down,
    a_writer_that_is_accepted_is_written_down,
    a_credit_that_was_given_is_written_down,
);

/// How many deeds of this kind are about this subject.
async fn deeds(database: &TestDatabase, action: &str, subject: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM audit WHERE action = '{action}' AND subject = '{subject}'");
    database.number(&sql).await
}

/// What the trail of an operation says.
fn trail(scene: &Scene, operation: &str) -> serde_json::Value {
    let (code, shown, errors) = scene.setup.run(&["ledger", "show", operation, "--json"]);
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str::<serde_json::Value>(&shown).expect("JSON")["audit"].clone()
}

async fn what_is_done_on_confirm_is_written_down(database: &TestDatabase) {
    let scene = agreed(database).await;
    set(&scene, SUB_PAID, 3);
    scene.sim.account("acct_another");
    assert_eq!(reconcile(&scene.setup, &["--dry-run", "--confirm"]).0, 1);
    assert_eq!(reconcile(&scene.setup, &[]).0, 1);
    assert_eq!(
        database.number("SELECT count(*) FROM audit WHERE action LIKE 'reconcile%'").await,
        0,
        "nobody answered for anything"
    );
    assert_eq!(reconcile(&scene.setup, &["--confirm", "--reason", "we moved to the new account"]).0, 0);
    assert_eq!(deeds(database, "reconcile --confirm", "all mandates").await, 1);
    assert_eq!(deeds(database, "reconcile --confirm", "account").await, 1);
    let listed = scene.setup.run(&["ledger", "list", "--json"]).1;
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let operation = listed["operations"][0]["id"].as_str().expect("an id").to_owned();
    let trail = trail(&scene, &operation);
    assert_eq!(trail[0]["action"], "reconcile --confirm", "{trail}");
    assert_eq!(trail[0]["reason"], "we moved to the new account");
    assert_eq!(trail[0]["detail"]["subscription"], "s-m-paid");
    assert!(trail[0]["actor"].as_str().is_some_and(|actor| actor.contains('@')), "{trail}");
    assert_eq!(database.number("SELECT count(*) FROM audit WHERE action LIKE 'reconcile%'").await, 3);
}

async fn a_writer_that_is_accepted_is_written_down(database: &TestDatabase) {
    let scene = agreed(database).await;
    let stranger = [("turnpike_operation".to_owned(), "somebody-else".to_owned())].into();
    scene.sim.edit(SUB_PAID, stripe_sim::Edit { metadata: Some(stranger), ..Default::default() }).expect("an edit");
    let (code, review) = reconcile(&scene.setup, &["--confirm"]);
    assert_eq!(code, 0, "{review:#}");
    let done = &review["subscriptions"][0]["done"];
    assert_eq!(done, &json!(["accepted operation somebody-else as the last writer"]), "{review:#}");
    assert_eq!(deeds(database, "reconcile --confirm", "s-m-paid").await, 1);
    eventually("it stays accepted", || async { reconcile(&scene.setup, &[]).0 == 0 }).await;
}

async fn a_credit_that_was_given_is_written_down(database: &TestDatabase) {
    let mut scene = agreed(database).await;
    scene.host.kill();
    database.execute("UPDATE checks SET synced_at = synced_at - 10000000000 WHERE subscription_id = 's-m-paid'").await;
    set(&scene, SUB_PAID, 4);
    assert_eq!(reconcile(&scene.setup, &[]).0, 0);
    let (_, review) = reconcile(&scene.setup, &[]);
    let operation = review["creditsDue"][0]["operation"].as_str().expect("an operation").to_owned();
    let (code, _, told) = scene.setup.run(&["reconcile", "--credited", &operation, "--reason", "credit note CN-7"]);
    assert_eq!((code, told.contains("noted")), (0, true), "{told}");
    assert_eq!(scene.setup.run(&["reconcile", "--credited", &operation]).0, 1, "once");
    let trail = trail(&scene, &operation);
    assert_eq!((&trail[0]["action"], &trail[0]["actor"]), (&json!("reconcile"), &json!("system:reconcile")), "{trail}");
    assert_eq!(
        (&trail[1]["action"], &trail[1]["reason"]),
        (&json!("reconcile --credited"), &json!("credit note CN-7"))
    );
    assert_eq!(trail.as_array().map(Vec::len), Some(2), "{trail}");
}
