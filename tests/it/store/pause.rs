//! A pause: nothing is claimed, nothing is to be formed, and reads carry it along.

use turnpike::ports::store::{
    operation::OperationStore as _,
    pause::{Pause, PauseStore as _},
    portfolio::PortfolioStore as _,
    snapshot::{Ask, SnapshotStore as _},
    transaction::TransactionStore as _,
};

use super::rows::{NOW, deed, form, queued, raise, reserve, seeded};
use crate::engines::TestDatabase;

super::on_both_engines!(nothing_is_begun_while_billing_is_paused);

async fn nothing_is_begun_while_billing_is_paused(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    assert_eq!(store.waiting(10).await.expect("an answer").len(), 1);
    assert_eq!(store.billing_pause().await.expect("an answer"), None);
    assert!(!store.resume_billing(&deed("resume", "billing")).await.expect("an answer"));

    assert!(store.pause_billing(&deed("pause", "billing")).await.expect("an answer"));
    assert!(!store.pause_billing(&deed("pause", "billing")).await.expect("an answer"), "it was paused already");
    let pause = Pause { since: NOW, actor: "ann@host".into(), reason: "a reason".into() };
    assert_eq!(store.billing_pause().await.expect("an answer"), Some(pause));
    assert_eq!(store.waiting(10).await.expect("an answer"), []);
    // Formed by somebody who read before the pause: it is not claimed.
    form(&store, &raise("o1", 0, None), &["c1"]).await;
    assert_eq!(store.claim("h1", 60_000).await.expect("an answer"), None);

    let ask = Ask { user_id: "u-anna".into(), mandate_id: "m-alpha".into(), ..Ask::default() };
    assert!(store.snapshot(&ask).await.expect("an answer").billing_paused);
    for with_store in [false, true] {
        assert!(store.portfolio("u-anna", with_store).await.expect("an answer").billing_paused);
    }
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    assert!(transaction.snapshot(&ask).await.expect("an answer").billing_paused);
    assert!(transaction.ledger("s-alpha").await.expect("an answer").paused);
    drop(transaction);

    assert!(store.resume_billing(&deed("resume", "billing")).await.expect("an answer"));
    assert!(!store.snapshot(&ask).await.expect("an answer").billing_paused);
    assert!(store.claim("h1", 60_000).await.expect("an answer").is_some());
    assert_eq!(
        database.number("SELECT count(*) FROM audit WHERE actor LIKE 'operator:%'").await,
        2,
        "what changed nothing is no deed"
    );
}
