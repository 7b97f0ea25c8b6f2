//! Ends of instances and of single accesses.

use turnpike::ports::store::{
    Conflict, StoreError,
    change::{ChangeKind, ChangeState},
    operation::{Direction, NewOperation, OperationStore as _, Outcome},
    snapshot::Ask,
    transaction::{LeaveRows, TransactionStore as _},
};

use super::rows::{
    NOW, active, ask, change, decision, ending, key, look, note, notice, queued, raise, read, reserve, seeded,
    settlement,
};
use crate::{engines::TestDatabase, statements::counted};

super::on_both_engines!(
    end_removes_all_but_the_memory,
    only_active_instances_end,
    leave_takes_one_access,
    deactivation_within_its_statements,
);

async fn end_removes_all_but_the_memory(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    let rows = ending("c2", "i1");
    assert_eq!(super::rows::end(&store, &rows).await, None);
    assert_eq!(read(&store, "c2").await, rows.change);
    let left = "SELECT (SELECT count(*) FROM instances) + (SELECT count(*) FROM roles WHERE instance_id IS NOT NULL) \
                + (SELECT count(*) FROM accesses) + (SELECT count(*) FROM access_roles)";
    assert_eq!(database.number(left).await, 0);
    assert_eq!(
        database
            .number(
                "SELECT count(*) FROM ended_instances WHERE activated_by = 'u-anna' AND ended_by = 'u-anna' \
                         AND change_id = 'c2' AND restored_by_change IS NULL"
            )
            .await,
        1
    );
    assert_eq!(database.number("SELECT count(*) FROM notices WHERE id = 'n-c2'").await, 1);
}

async fn only_active_instances_end(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    let answer = transaction.end(&ending("c2", "i1")).await;
    assert!(matches!(answer, Err(StoreError::Inconsistent { .. })), "{answer:?}");
}

async fn leave_takes_one_access(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut rows = active("c1", "i1");
    rows.accesses.push(turnpike::ports::store::transaction::NewAccess {
        id: "a-ben".into(),
        user_id: "u-ben".into(),
        enabled: true,
        role_ids: vec!["i1-r2".into()],
    });
    reserve(&store, &rows).await.expect("an instance");
    let mut leaving = LeaveRows {
        change: change(ChangeKind::Leave, "c2", "i1"),
        is_pending: false,
        notice: notice("n1", NOW),
        decision: decision("c2"),
        note: note(ChangeKind::Leave, "c2", "i1"),
    };
    leaving.change.subject_id = Some("u-ben".into());
    leaving.change.state = ChangeState::Done;
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    transaction.leave(&leaving).await.expect("an answer");
    transaction.commit().await.expect("a commit");
    assert_eq!(read(&store, "c2").await, leaving.change);
    assert_eq!(database.number("SELECT count(*) FROM accesses WHERE user_id = 'u-anna'").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM accesses").await, 1);
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    leaving.change.id = "c3".into();
    let again = transaction.leave(&leaving).await;
    assert!(matches!(again, Err(StoreError::Conflict { what: Conflict::Other })), "{again:?}");
}

async fn deactivation_within_its_statements(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    let asked = Ask { instance_id: Some("i1".into()), key: Some(key("c2")), ..ask() };
    let mut rows = ending("c2", "i1");
    rows.change.state = ChangeState::Billing;
    rows.change.operation_id = Some("op-c2".into());
    rows.operation = Some(NewOperation {
        direction: Direction::Lower,
        from_quantity: 1,
        to_quantity: 0,
        ..raise("op-c2", 1, Some(60_000))
    });
    let ((), statements) = counted(async {
        look(&store, &asked).await;
        let mut transaction = store.begin("m-alpha").await.expect("a transaction");
        transaction.snapshot(&asked).await.expect("a snapshot");
        transaction.end(&rows).await.expect("an end");
        transaction.commit().await.expect("a commit");
        let mut reservation = queued("c2", "i1");
        reservation.change = rows.change.clone();
        reservation.operation = rows.operation.clone();
        let carried = super::operations::carried_by("op-c2", &reservation);
        assert!(store.settle(&settlement(carried, Outcome::Applied)).await.expect("an answer"));
    })
    .await;
    assert_eq!(statements.len(), 10, "{statements:#?}");
}
