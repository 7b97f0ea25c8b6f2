//! Cancelling activations for which certainly nothing was sent.

use turnpike::ports::store::{
    change::{ChangeKind, ChangeState},
    operation::{NewOperation, OperationStore as _},
};

use super::rows::{NOW, claim, form, queued, raise, read, reserve, seeded, withdraw};
use crate::engines::TestDatabase;

super::on_both_engines!(
    queued_activation_is_cancelled,
    prepared_operation_is_dissolved,
    sent_operation_stays,
    withdrawal_is_done_with_it,
    unknown_and_other_changes_stay,
);

async fn queued_activation_is_cancelled(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    let reasons = vec![core_wasm::reason::Reason::BillingUnavailable { since: Some(3) }];
    let after = store.cancel("c1", &reasons, NOW + 9).await.expect("an answer").expect("the change");
    assert_eq!((after.state, after.settled_at, &after.reasons), (ChangeState::Cancelled, Some(NOW + 9), &reasons));
    assert_eq!(after, read(&store, "c1").await);
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 0);
    // Cancelled once.
    let again = store.cancel("c1", &[], NOW + 10).await.expect("an answer").expect("the change");
    assert_eq!(again, after);
}

async fn prepared_operation_is_dissolved(database: TestDatabase) {
    let store = seeded(&database).await;
    for (id, instance) in [("c1", "i1"), ("c2", "i2")] {
        reserve(&store, &queued(id, instance)).await.expect("an instance");
    }
    form(&store, &NewOperation { to_quantity: 2, ..raise("o1", 0, None) }, &["c1", "c2"]).await;
    let after = store.cancel("c1", &[], NOW).await.expect("an answer").expect("the change");
    assert_eq!(after.state, ChangeState::Cancelled);
    let other = read(&store, "c2").await;
    assert_eq!((other.state, other.operation_id), (ChangeState::Queued, None));
    assert_eq!(database.number("SELECT count(*) FROM operations WHERE state = 'dissolved'").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 1);
    assert_eq!(store.claim("h1", 1000).await.expect("an answer"), None);
    form(&store, &raise("o2", 0, None), &["c2"]).await;
}

async fn sent_operation_stays(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    form(&store, &raise("o1", 0, None), &["c1"]).await;
    claim(&store).await;
    let after = store.cancel("c1", &[], NOW).await.expect("an answer").expect("the change");
    assert_eq!(after.state, ChangeState::Billing);
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 1);
}

async fn withdrawal_is_done_with_it(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    form(&store, &raise("o1", 0, None), &["c1"]).await;
    assert!(!withdraw(&store, "c2", "c1", "i1").await);
    let after = store.cancel("c1", &[], NOW).await.expect("an answer").expect("the change");
    assert_eq!(after.state, ChangeState::Cancelled);
    let withdrawal = read(&store, "c2").await;
    assert_eq!((withdrawal.kind, withdrawal.state), (ChangeKind::Withdraw, ChangeState::Done));
    assert_eq!(database.number("SELECT count(*) FROM instances").await, 0);
}

async fn unknown_and_other_changes_stay(database: TestDatabase) {
    let store = seeded(&database).await;
    assert_eq!(store.cancel("none", &[], NOW).await.expect("an answer"), None);
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    database.execute("UPDATE changes SET kind = 'end'").await;
    let after = store.cancel("c1", &[], NOW).await.expect("an answer").expect("the change");
    assert_eq!(after.state, ChangeState::Queued);
}
