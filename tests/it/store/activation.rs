//! Reservations: what they write, which uniqueness they meet, in how many statements.

use core_wasm::facts::InstanceState;
use turnpike::ports::store::{
    Conflict, StoreError,
    change::{ChangeKind, ChangeStore as _},
    operation::{OperationStore as _, Outcome},
    snapshot::Ask,
    transaction::TransactionStore as _,
};

use super::rows::{
    NOW, active, ask, claim, end, ending, key, look, notice, queued, read, reserve, seeded, settlement, started,
};
use crate::{engines::TestDatabase, statements::counted};

super::on_both_engines!(
    reservation_writes_everything,
    dropped_transaction_leaves_nothing,
    restore_takes_the_memory_and_gives_it_back,
    conflicts_are_told_apart,
    parallel_keyless_activations_make_one,
    parallel_operations_make_one,
    lock_serialises_counting,
    activation_within_its_statements,
);

async fn reservation_writes_everything(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut rows = started("c1", "i1", 0);
    rows.notice = notice("n1", NOW);
    let seq = reserve(&store, &rows).await.expect("an instance");
    assert_eq!(read(&store, "c1").await, rows.change);
    assert_eq!(seq, Some(database.number("SELECT seq FROM operations WHERE id = 'op-c1'").await));
    assert_eq!(database.number("SELECT fence FROM operations WHERE state = 'sent' AND leased_by = 'h1'").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM operations WHERE first_sent_at > 0 AND lease_until > 0").await, 1);
    assert_eq!(
        database.number("SELECT count(*) FROM roles WHERE instance_id = 'i1' AND feature_code = 'chatbot'").await,
        2
    );
    assert_eq!(database.number("SELECT count(*) FROM access_roles WHERE role_id = 'i1-r1'").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM notices WHERE id = 'n1' AND state = 'waiting'").await, 1);
    assert_eq!(store.change("none").await.expect("an answer"), None);
}

async fn dropped_transaction_leaves_nothing(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    transaction.reserve(&started("c1", "i1", 0)).await.expect("rows");
    let inside = transaction.snapshot(&ask()).await.expect("a snapshot").mandate.expect("the mandate");
    assert_eq!(inside.counted, 1);
    drop(transaction);
    // The lock is free again, and a mandate that does not exist locks nothing.
    store.begin("m-alpha").await.expect("a transaction").commit().await.expect("a commit");
    store.begin("m-none").await.expect("a transaction").commit().await.expect("a commit");
    assert_eq!(look(&store, &ask()).await.mandate.expect("the mandate").counted, 0);
    assert_eq!(store.change("c1").await.expect("an answer"), None);
}

async fn restore_takes_the_memory_and_gives_it_back(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    let mut ended = ending("c2", "i1");
    ended.change.subscription_id = None;
    end(&store, &ended).await;
    let asked = Ask { ended_instance_id: Some("i1".into()), join: true, ..ask() };
    let memory = look(&store, &asked).await.ended;
    assert!(memory.is_some());

    let mut restore = queued("c3", "i1");
    restore.change.kind = ChangeKind::Restore;
    restore.change.key = None;
    reserve(&store, &restore).await.expect("an instance");
    let during = look(&store, &asked).await;
    assert_eq!((during.ended, during.pending), (None, Some(restore.change.clone())));
    store.cancel("c3", &[], NOW + 1).await.expect("an answer");
    assert_eq!(look(&store, &asked).await.ended, memory);

    let mut restore = started("c4", "i1", 0);
    restore.change.kind = ChangeKind::Restore;
    reserve(&store, &restore).await.expect("an instance");
    database.execute("UPDATE operations SET lease_until = 0").await;
    let carried = claim(&store).await;
    assert_eq!(carried.changes, [restore.change]);
    assert!(store.settle(&settlement(carried, Outcome::Applied)).await.expect("an answer"));
    assert_eq!(database.number("SELECT count(*) FROM ended_instances").await, 0);

    let mut unknown = active("c5", "i5");
    unknown.change.kind = ChangeKind::Restore;
    let second = reserve(&store, &unknown).await;
    assert!(matches!(second, Err(StoreError::Conflict { what: Conflict::Other })), "{second:?}");
}

async fn conflicts_are_told_apart(database: TestDatabase) {
    let store = seeded(&database).await;
    let conflict = |result: Result<Option<i64>, StoreError>| match result {
        Err(StoreError::Conflict { what }) => what,
        other => panic!("{other:?}"),
    };
    reserve(&store, &started("c1", "i1", 0)).await.expect("an instance");
    let mut same_key = queued("c2", "i2");
    same_key.change.key = Some(key("c1"));
    assert_eq!(conflict(reserve(&store, &same_key).await), Conflict::IdempotencyKey);
    assert_eq!(conflict(reserve(&store, &started("c3", "i3", 0)).await), Conflict::UnresolvedOperation);
    let keyless = |id: &str, instance: &str| {
        let mut rows = queued(id, instance);
        rows.change.key = None;
        rows
    };
    reserve(&store, &keyless("c4", "i4")).await.expect("an instance");
    assert_eq!(conflict(reserve(&store, &keyless("c5", "i5")).await), Conflict::PendingActivation);
    assert_eq!(conflict(reserve(&store, &queued("c6", "i1")).await), Conflict::Other);
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 2);
    // A keyless restore waits once per instance, even if its instance were not in the way.
    database
        .execute(
            "INSERT INTO ended_instances (id, mandate_id, feature_code, ended_at, ended_by, accesses, change_id) \
             VALUES ('i7', 'm-alpha', 'chatbot', 1, 'u-anna', '[]', 'c0')",
        )
        .await;
    let restore = |id: &str| {
        let mut rows = keyless(id, "i7");
        rows.change.kind = ChangeKind::Restore;
        rows
    };
    reserve(&store, &restore("c7")).await.expect("an instance");
    database.execute("DELETE FROM instances WHERE id = 'i7'").await;
    database.execute("UPDATE ended_instances SET restored_by_change = NULL").await;
    assert_eq!(conflict(reserve(&store, &restore("c8")).await), Conflict::PendingActivation);
}

async fn parallel_keyless_activations_make_one(database: TestDatabase) {
    let store = seeded(&database).await;
    let attempts = (0..8).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut rows = queued(&format!("c{n}"), &format!("i{n}"));
            rows.change.key = None;
            // Different mandates' locks would not help: the index decides.
            let mut transaction = store.begin("m-none").await?;
            transaction.reserve(&rows).await?;
            transaction.commit().await
        })
    });
    let mut written = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        match attempt.await.expect("no panic") {
            Ok(()) => written += 1,
            Err(StoreError::Conflict { what: Conflict::PendingActivation }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(written, 1);
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 1);
}

async fn parallel_operations_make_one(database: TestDatabase) {
    let store = seeded(&database).await;
    let attempts = (0..8).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut transaction = store.begin("m-none").await?;
            transaction.reserve(&started(&format!("c{n}"), &format!("i{n}"), 0)).await?;
            transaction.commit().await
        })
    });
    let mut written = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        match attempt.await.expect("no panic") {
            Ok(()) => written += 1,
            Err(StoreError::Conflict { what: Conflict::UnresolvedOperation }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(written, 1);
    assert_eq!(database.number("SELECT count(*) FROM operations").await, 1);
}

async fn lock_serialises_counting(database: TestDatabase) {
    let store = seeded(&database).await;
    let attempts = (0..12).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut transaction = store.begin("m-alpha").await.expect("a transaction");
            let counted = transaction.snapshot(&ask()).await.expect("a snapshot").mandate.expect("the mandate").counted;
            if counted < 3 {
                transaction.reserve(&queued(&format!("c{n}"), &format!("i{n}"))).await.expect("an instance");
            }
            transaction.commit().await.expect("a commit");
        })
    });
    for attempt in attempts.collect::<Vec<_>>() {
        attempt.await.expect("no panic");
    }
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 3);
}

async fn activation_within_its_statements(database: TestDatabase) {
    let store = seeded(&database).await;
    let asked = Ask { feature_code: Some("chatbot".into()), key: Some(key("c1")), join: true, ..ask() };
    // Free: lock, snapshot, instance, roles, accesses, their roles, change, notice, beside the first snapshot.
    let ((), free) = counted(async {
        look(&store, &asked).await;
        let mut transaction = store.begin("m-alpha").await.expect("a transaction");
        transaction.snapshot(&asked).await.expect("a snapshot");
        let mut rows = active("c1", "i1");
        rows.notice = notice("n1", NOW);
        transaction.reserve(&rows).await.expect("an instance");
        transaction.commit().await.expect("a commit");
    })
    .await;
    assert_eq!(free.len(), 9, "{free:#?}");
    // Billed: an operation instead of the notice, what the runner needs to know, and the settlement, which says in
    // the audit trail what became of the instance.
    let ((), billed) = counted(async {
        look(&store, &asked).await;
        let mut transaction = store.begin("m-alpha").await.expect("a transaction");
        transaction.snapshot(&asked).await.expect("a snapshot");
        transaction.ledger("s-alpha").await.expect("a ledger");
        transaction.reserve(&started("c2", "i2", 0)).await.expect("an instance");
        transaction.commit().await.expect("a commit");
        let done = settlement(super::operations::carried_by("op-c2", &started("c2", "i2", 0)), Outcome::Applied);
        assert!(store.settle(&done).await.expect("an answer"));
    })
    .await;
    assert_eq!(billed.len(), 15, "{billed:#?}");
    let instance = look(&store, &Ask { instance_id: Some("i2".into()), ..ask() }).await.instance.expect("the instance");
    assert_eq!(instance.state, InstanceState::Active);
}
