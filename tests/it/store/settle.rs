//! Outcomes: what a settlement does to changes, instances and notices, in how many statements.

use core_wasm::reason::Reason;
use turnpike::ports::store::{
    change::{ChangeKind, ChangeState},
    operation::{Direction, NewOperation, OperationStore as _, Outcome},
    snapshot::Ask,
};

use super::rows::{
    FAR, NOW, active, ask, billed, claim, end, ending, form, look, queued, raise, read, reserve, seeded, settlement,
    withdraw,
};
use crate::{engines::TestDatabase, statements::counted};

super::on_both_engines!(
    applied_activations_become_active,
    rejected_activations_leave_nothing,
    rejected_ends_wait_again,
    applied_ends_are_two_statements,
    withdrawn_and_applied_becomes_an_end,
    withdrawn_and_rejected_is_done,
    changes_that_are_missing_are_inconsistent,
);

async fn applied_activations_become_active(database: TestDatabase) {
    let store = seeded(&database).await;
    for (id, instance) in [("c1", "i1"), ("c2", "i2")] {
        reserve(&store, &queued(id, instance)).await.expect("an instance");
    }
    form(&store, &NewOperation { to_quantity: 2, ..raise("o1", 0, None) }, &["c1", "c2"]).await;
    let done = settlement(claim(&store).await, Outcome::Applied);
    let (answer, statements) = counted(store.settle(&done)).await;
    assert!(answer.expect("an answer"));
    // The last one says in the audit trail what became of the instances.
    assert_eq!(statements.len(), 4, "{statements:#?}");
    for id in ["c1", "c2"] {
        let change = read(&store, id).await;
        assert_eq!((change.state, change.settled_at), (ChangeState::Done, Some(NOW + 5)));
    }
    let snapshot = look(&store, &Ask { instance_id: Some("i2".into()), ..ask() }).await;
    let instance = snapshot.instance.expect("the instance");
    assert_eq!((instance.activated_at, instance.reserved_by_change), (Some(NOW + 5), None));
    let mandate = snapshot.mandate.expect("the mandate");
    assert_eq!((mandate.counted, billed(&mandate)), (2, 2));
    assert_eq!(mandate.subscriptions.last().expect("a subscription").confirmed_quantity, Some(2));
    assert!(snapshot.unresolved.is_empty());
    assert_eq!(database.number("SELECT count(*) FROM notices").await, 2);
}

async fn rejected_activations_leave_nothing(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    form(&store, &raise("o1", 0, None), &["c1"]).await;
    let reasons = vec![Reason::PaymentDeclined {}];
    let outcome = Outcome::Rejected { reasons: reasons.clone(), retry_at: FAR };
    assert!(store.settle(&settlement(claim(&store).await, outcome)).await.expect("an answer"));
    let change = read(&store, "c1").await;
    assert_eq!((change.state, change.reasons, change.settled_at), (ChangeState::Failed, reasons, Some(NOW + 5)));
    let left = "SELECT (SELECT count(*) FROM instances) + (SELECT count(*) FROM roles WHERE instance_id IS NOT NULL) \
                + (SELECT count(*) FROM accesses) + (SELECT count(*) FROM access_roles)";
    assert_eq!(database.number(left).await, 0);
    assert_eq!(look(&store, &ask()).await.mandate.expect("the mandate").counted, 0);
}

/// An active instance whose end is carried by operation `o1`.
async fn ending_one(store: &turnpike::adapters::sql::SqlStore) {
    reserve(store, &active("c1", "i1")).await.expect("an instance");
    let mut rows = ending("c2", "i1");
    let operation =
        NewOperation { direction: Direction::Lower, to_quantity: 0, from_quantity: 1, ..raise("o1", 1, Some(0)) };
    rows.change.state = ChangeState::Billing;
    rows.change.operation_id = Some("o1".into());
    rows.operation = Some(operation);
    assert!(end(store, &rows).await.is_some());
}

async fn rejected_ends_wait_again(database: TestDatabase) {
    let store = seeded(&database).await;
    ending_one(&store).await;
    let outcome = Outcome::Rejected { reasons: vec![Reason::PaymentDeclined {}], retry_at: FAR };
    assert!(store.settle(&settlement(claim(&store).await, outcome)).await.expect("an answer"));
    let change = read(&store, "c2").await;
    assert_eq!((change.state, change.operation_id, change.settled_at), (ChangeState::Queued, None, None));
    assert!(store.waiting(10).await.expect("an answer").is_empty());
    store.put_off("s-alpha", NOW).await.expect("an answer");
    assert_eq!(store.waiting(10).await.expect("an answer").len(), 1);
    assert_eq!(billed(&look(&store, &ask()).await.mandate.expect("the mandate")), 1);
}

async fn applied_ends_are_two_statements(database: TestDatabase) {
    let store = seeded(&database).await;
    ending_one(&store).await;
    let done = settlement(claim(&store).await, Outcome::Applied);
    let (answer, statements) = counted(store.settle(&done)).await;
    assert!(answer.expect("an answer"));
    assert_eq!(statements.len(), 2, "{statements:#?}");
    assert_eq!(read(&store, "c2").await.state, ChangeState::Done);
    let mandate = look(&store, &ask()).await.mandate.expect("the mandate");
    assert_eq!((mandate.counted, billed(&mandate)), (0, 0));
    assert_eq!(mandate.subscriptions.last().expect("a subscription").confirmed_quantity, Some(0));
}

async fn withdrawn_and_applied_becomes_an_end(database: TestDatabase) {
    let store = seeded(&database).await;
    for (id, instance) in [("c1", "i1"), ("c2", "i2")] {
        reserve(&store, &queued(id, instance)).await.expect("an instance");
    }
    database.execute("UPDATE changes SET effective_at = 77 WHERE id = 'c1'").await;
    form(&store, &NewOperation { to_quantity: 2, ..raise("o1", 0, None) }, &["c1", "c2"]).await;
    let carried = claim(&store).await;
    assert!(!withdraw(&store, "c3", "c1", "i1").await);
    let mandate = look(&store, &ask()).await.mandate.expect("the mandate");
    assert_eq!((mandate.counted, billed(&mandate)), (1, 0));

    assert!(store.settle(&settlement(carried, Outcome::Applied)).await.expect("an answer"));
    let after = read(&store, "c3").await;
    assert_eq!((after.kind, after.state, after.effective_at), (ChangeKind::End, ChangeState::Queued, 77));
    assert_eq!((after.subscription_id.as_deref(), after.ends_instance), (Some("s-alpha"), true));
    let mandate = look(&store, &ask()).await.mandate.expect("the mandate");
    assert_eq!((mandate.counted, billed(&mandate)), (1, 2));
    assert_eq!(database.number("SELECT count(*) FROM instances WHERE id = 'i2' AND state = 'active'").await, 1);
    assert_eq!(store.waiting(10).await.expect("an answer").len(), 1);
}

async fn withdrawn_and_rejected_is_done(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    form(&store, &raise("o1", 0, None), &["c1"]).await;
    let carried = claim(&store).await;
    assert!(!withdraw(&store, "c2", "c1", "i1").await);
    let outcome = Outcome::Rejected { reasons: Vec::new(), retry_at: FAR };
    assert!(store.settle(&settlement(carried, outcome)).await.expect("an answer"));
    assert_eq!(read(&store, "c1").await.state, ChangeState::Failed);
    let withdrawal = read(&store, "c2").await;
    assert_eq!((withdrawal.kind, withdrawal.state), (ChangeKind::Withdraw, ChangeState::Done));
    assert_eq!(withdrawal.settled_at, Some(NOW + 5));
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 0);
}

async fn changes_that_are_missing_are_inconsistent(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    form(&store, &raise("o1", 0, None), &["c1"]).await;
    let carried = claim(&store).await;
    database.execute("UPDATE changes SET operation_id = NULL").await;
    let answer = store.settle(&settlement(carried, Outcome::Applied)).await;
    assert!(matches!(answer, Err(turnpike::ports::store::StoreError::Inconsistent { .. })), "{answer:?}");
    assert_eq!(database.number("SELECT count(*) FROM operations WHERE state = 'sent'").await, 1);
}
