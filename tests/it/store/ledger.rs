//! What is needed to form an operation, forming it, and readings.

use turnpike::{
    adapters::sql::SqlStore,
    ports::store::{
        StoreError,
        operation::{LedgerView, OperationStore as _, Outcome, Reading},
        transaction::TransactionStore as _,
    },
};

use super::rows::{
    FAR, NOW, active, claim, end, ending, form, queued, raise, read, reserve, seeded, settlement, target,
};
use crate::{engines::TestDatabase, statements::counted};

super::on_both_engines!(view_of_a_subscription, forming_needs_queued_changes, readings_tell_of_the_present);

async fn view(store: &SqlStore, subscription: &str) -> LedgerView {
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    transaction.ledger(subscription).await.expect("a view")
}

async fn view_of_a_subscription(database: TestDatabase) {
    let store = seeded(&database).await;
    let empty = LedgerView {
        target: Some(target()),
        plan_price: Some((9000, "CHF".into())),
        unresolved: false,
        paused: false,
        confirmed: None,
        billed: 0,
        last_invoice_at: None,
        queued: Vec::new(),
    };
    assert_eq!(view(&store, "s-alpha").await, empty);
    assert_eq!(view(&store, "s-old").await, LedgerView { target: None, plan_price: None, ..empty.clone() });
    assert_eq!(view(&store, "s-none").await, LedgerView { target: None, plan_price: None, ..empty });

    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    reserve(&store, &active("c2", "i2")).await.expect("an instance");
    end(&store, &ending("c3", "i1")).await;
    reserve(&store, &queued("c4", "i4")).await.expect("an instance");
    reserve(&store, &queued("c5", "i5")).await.expect("an instance");
    database.execute(&format!("UPDATE changes SET not_before = {FAR} WHERE id = 'c4'")).await;
    let seen = view(&store, "s-alpha").await;
    assert_eq!((seen.billed, seen.unresolved), (2, false));
    assert_eq!(seen.queued, [read(&store, "c3").await, read(&store, "c5").await]);

    form(&store, &raise("o1", 2, None), &["c5"]).await;
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    let (seen, statements) = counted(transaction.ledger("s-alpha")).await;
    let seen = seen.expect("a view");
    assert_eq!(statements.len(), 1, "{statements:#?}");
    assert!(seen.unresolved);
    assert_eq!(seen.queued, [read(&store, "c3").await]);
}

async fn forming_needs_queued_changes(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    for ids in [vec!["c1".to_owned(), "none".to_owned()], Vec::new()] {
        let mut transaction = store.begin("m-alpha").await.expect("a transaction");
        let answer = transaction.form(&raise("o1", 0, None), &ids).await;
        assert!(matches!(answer, Err(StoreError::Inconsistent { .. })), "{answer:?}");
    }
    let seq = form(&store, &raise("o1", 0, None), &["c1"]).await;
    assert_eq!(seq, database.number("SELECT seq FROM operations").await);
    assert_eq!(read(&store, "c1").await.operation_id.as_deref(), Some("o1"));
}

async fn readings_tell_of_the_present(database: TestDatabase) {
    let store = seeded(&database).await;
    let reading = |id: &str, quantity: i64, at: i64| Reading {
        id: id.into(),
        mandate_id: "m-alpha".into(),
        subscription_id: "s-alpha".into(),
        target: target(),
        quantity,
        price_at_odds: false,
        at,
    };
    let readings = async || database.number("SELECT count(*) FROM operations WHERE state = 'observed'").await;
    store.observe(&reading("r1", 4, NOW)).await.expect("a reading");
    // The same again is no new row.
    store.observe(&reading("r2", 4, NOW + 1)).await.expect("a reading");
    assert_eq!(readings().await, 1);
    assert_eq!(database.number("SELECT settled_at FROM operations WHERE id = 'r1'").await, NOW + 1);
    store.observe(&reading("r3", 0, NOW + 2)).await.expect("a reading");
    assert_eq!(view(&store, "s-alpha").await.confirmed, Some(0));

    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    form(&store, &raise("o1", 0, None), &["c1"]).await;
    store.observe(&reading("r4", 9, NOW + 3)).await.expect("an answer");
    assert_eq!(readings().await, 2);
    // Settled at NOW + 5: what was read before that tells of the past.
    assert!(store.settle(&settlement(claim(&store).await, Outcome::Applied)).await.expect("an answer"));
    store.observe(&reading("r5", 0, NOW + 4)).await.expect("an answer");
    assert_eq!(view(&store, "s-alpha").await.confirmed, Some(1));
    store.observe(&reading("r6", 8, NOW + 6)).await.expect("a reading");
    assert_eq!(view(&store, "s-alpha").await.confirmed, Some(8));
}
