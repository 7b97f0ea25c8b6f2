//! Withdrawing instances that billing has not confirmed.

use turnpike::ports::store::{
    Conflict, StoreError,
    change::{ChangeKind, ChangeState},
    operation::{OperationStore as _, Outcome},
    snapshot::Ask,
    transaction::{TransactionStore as _, WithdrawRows},
};

use super::rows::{
    NOW, ask, billed, change, claim, decision, form, look, note, queued, raise, read, reserve, seeded, settlement,
    withdraw,
};
use crate::engines::TestDatabase;

super::on_both_engines!(
    queued_is_gone_at_once,
    carried_is_marked,
    settled_meanwhile_is_a_conflict,
    races_with_settlement
);

async fn queued_is_gone_at_once(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut rows = queued("c1", "i1");
    rows.notice.change_id = "c1".into();
    reserve(&store, &rows).await.expect("an instance");
    assert!(withdraw(&store, "c2", "c1", "i1").await);
    assert_eq!(read(&store, "c1").await.state, ChangeState::Cancelled);
    let withdrawal = read(&store, "c2").await;
    assert_eq!((withdrawal.state, withdrawal.settled_at), (ChangeState::Done, Some(NOW)));
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM notices").await, 0, "told of what never was");
    assert!(store.waiting(10).await.expect("an answer").is_empty());
}

async fn carried_is_marked(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    form(&store, &raise("o1", 0, None), &["c1"]).await;
    assert!(!withdraw(&store, "c2", "c1", "i1").await);
    assert_eq!(read(&store, "c1").await.state, ChangeState::Billing);
    assert_eq!(read(&store, "c2").await.state, ChangeState::Queued);
    assert_eq!(database.number("SELECT count(*) FROM accesses").await, 0);
    let snapshot = look(&store, &Ask { instance_id: Some("i1".into()), ..ask() }).await;
    assert_eq!(snapshot.instance, None);
    assert_eq!(snapshot.mandate.expect("the mandate").counted, 0);
}

async fn settled_meanwhile_is_a_conflict(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    form(&store, &raise("o1", 0, None), &["c1"]).await;
    assert!(store.settle(&settlement(claim(&store).await, Outcome::Applied)).await.expect("an answer"));
    let rows = WithdrawRows {
        change: change(ChangeKind::Withdraw, "c2", "i1"),
        activation_id: "c1".into(),
        decision: decision("c2"),
        note: note(ChangeKind::Withdraw, "c2", "i1"),
    };
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    let answer = transaction.withdraw(&rows).await;
    assert!(matches!(answer, Err(StoreError::Conflict { what: Conflict::Other })), "{answer:?}");
}

/// Whoever comes first, nothing is left half done.
async fn races_with_settlement(database: TestDatabase) {
    let store = seeded(&database).await;
    for n in 0..10 {
        let (activation, withdrawal, instance) = (format!("c{n}"), format!("w{n}"), format!("i{n}"));
        reserve(&store, &queued(&activation, &instance)).await.expect("an instance");
        form(&store, &raise(&format!("o{n}"), n, None), &[activation.as_str()]).await;
        let carried = claim(&store).await;
        let settling = tokio::spawn({
            let store = store.clone();
            async move { store.settle(&settlement(carried, Outcome::Applied)).await.expect("an answer") }
        });
        let rows = WithdrawRows {
            change: change(ChangeKind::Withdraw, &withdrawal, &instance),
            activation_id: activation,
            decision: decision(&withdrawal),
            note: note(ChangeKind::Withdraw, &withdrawal, &instance),
        };
        let mut transaction = store.begin("m-alpha").await.expect("a transaction");
        let withdrawn = match transaction.withdraw(&rows).await {
            Ok(gone) => {
                assert!(!gone);
                transaction.commit().await.expect("a commit");
                true
            }
            Err(StoreError::Conflict { what: Conflict::Other }) => {
                drop(transaction);
                false
            }
            Err(other) => panic!("{other}"),
        };
        assert!(settling.await.expect("no panic"));
        let alive = database.number(&format!("SELECT count(*) FROM instances WHERE id = '{instance}'")).await;
        assert_eq!(alive, i64::from(!withdrawn));
        if withdrawn {
            assert_eq!(read(&store, &withdrawal).await.kind, ChangeKind::End);
        }
    }
    // Each of the ten is active or waits to leave the bill.
    assert_eq!(billed(&look(&store, &ask()).await.mandate.expect("the mandate")), 10);
}
