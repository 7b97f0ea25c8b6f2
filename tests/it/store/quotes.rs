//! Quotes and batches: kept, used once, ended or left with their operation, listed.

use core_wasm::{reason::Reason, settings::Gate};
use turnpike::{
    adapters::sql::SqlStore,
    ports::{
        preview::{NextInvoice, TaxBehavior},
        store::{
            Conflict, StoreError,
            change::{Batch, ChangeKind, ChangeState, ChangeStore as _, Listing},
            operation::{Direction, NewOperation, OperationStore as _, Outcome},
            quote::{Billed, Offer, OfferSource, QuoteRecord, QuoteStore as _},
            snapshot::Ask,
            transaction::{ReservedEnd, TransactionStore as _},
        },
    },
};

use super::rows::{
    FAR, NOW, active, ask, billed, change, claim, decision, look, note, notice, queued, raise, read, reserve, seeded,
    settlement, withdraw,
};
use crate::engines::TestDatabase;

super::on_both_engines!(
    a_quote_is_found_by_id_and_by_wish,
    a_quote_is_used_once,
    what_was_billed_is_kept_beside_what_was_quoted,
    several_features_and_instances_are_one_statement,
    a_confirmed_batch_ends_what_it_ends,
    a_refused_batch_leaves_everything,
    a_cancelled_batch_leaves_everything,
    a_keyless_batch_waits_once,
    an_instance_ends_in_one_batch,
    changes_are_listed_newest_first,
);

fn quote(id: &str) -> QuoteRecord {
    QuoteRecord {
        id: id.to_owned(),
        mandate_id: "m-alpha".to_owned(),
        user_id: "u-anna".to_owned(),
        wish: "wish".to_owned(),
        revision: "revision".to_owned(),
        offer: Offer {
            at: NOW,
            source: OfferSource::Stripe,
            gate: Some(Gate::Payment),
            currency: "CHF".to_owned(),
            subscription_id: Some("s-alpha".to_owned()),
            from: 1,
            to: 2,
            due_now: 7,
            prorated: 7,
            next: Some(NextInvoice { at: NOW + 9, subtotal: 1, tax: 2, total: 3 }),
            period_before: 9000,
            period_after: 18_000,
            tax: TaxBehavior::Exclusive,
            lines: Vec::new(),
        },
        created_at: NOW,
        expires_at: NOW + 900,
        used_by: None,
    }
}

async fn a_quote_is_found_by_id_and_by_wish(database: TestDatabase) {
    let store = seeded(&database).await;
    for (id, created_at) in [("q1", NOW), ("q2", NOW + 1)] {
        store.keep_quote(&QuoteRecord { created_at, ..quote(id) }).await.expect("kept");
    }
    let named = look(&store, &Ask { quote_id: Some("q1".into()), ..ask() }).await;
    assert_eq!((named.quote, named.recent_quote), (Some(quote("q1")), None));
    let recent = |wish: &str, since: i64| Ask { wish: Some(wish.into()), quoted_since: Some(since), ..ask() };
    let found = async |ask: Ask| look(&store, &ask).await.recent_quote.map(|quote| quote.id);
    assert_eq!(found(recent("wish", NOW)).await.as_deref(), Some("q2"));
    assert_eq!(found(recent("wish", NOW + 2)).await, None);
    assert_eq!(found(recent("another", NOW)).await, None);
    assert_eq!(found(Ask { user_id: "u-ben".into(), ..recent("wish", NOW) }).await, None);
}

async fn a_quote_is_used_once(database: TestDatabase) {
    let store = seeded(&database).await;
    store.keep_quote(&quote("q1")).await.expect("kept");
    for expected in [true, false] {
        let mut transaction = store.begin("m-alpha").await.expect("a transaction");
        assert_eq!(transaction.use_quote("q1", "c1").await.expect("an answer"), expected);
        transaction.commit().await.expect("a commit");
    }
    let named = look(&store, &Ask { quote_id: Some("q1".into()), ..ask() }).await.quote.expect("the quote");
    assert_eq!(named.used_by.as_deref(), Some("c1"));
    let recent = Ask { wish: Some("wish".into()), quoted_since: Some(0), ..ask() };
    assert_eq!(look(&store, &recent).await.recent_quote, None);
    // Kept for a time after it expired.
    assert_eq!(store_purge(&store, NOW + 900).await, 0);
    assert_eq!(store_purge(&store, NOW + 901).await, 1);
}

async fn store_purge(store: &SqlStore, before: i64) -> u64 {
    use turnpike::ports::store::{Past, Upkeep as _};
    store.forget(Past::Quotes, before, 100).await.expect("an answer")
}

async fn what_was_billed_is_kept_beside_what_was_quoted(database: TestDatabase) {
    let store = seeded(&database).await;
    store.keep_quote(&quote("q1")).await.expect("kept");
    let mut listed = quote("q2");
    listed.offer.source = OfferSource::List;
    store.keep_quote(&listed).await.expect("kept");
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    super::rows::form(&store, &raise("o1", 0, None), &["c1"]).await;
    let billed =
        |quote: &str, billed: Option<i64>| Billed { operation_id: "o1".into(), quote_id: quote.into(), billed };
    assert_eq!(store.keep_billed(&billed("q1", Some(8))).await.expect("an answer"), Some(7));
    assert_eq!(database.number("SELECT count(*) FROM operations WHERE quoted_minor = 7 AND billed_minor = 8").await, 1);
    assert_eq!(store.keep_billed(&billed("q1", None)).await.expect("an answer"), Some(7));
    // By the list nothing was said about this period.
    assert_eq!(store.keep_billed(&billed("q2", Some(8))).await.expect("an answer"), None);
    assert_eq!(store.keep_billed(&billed("none", Some(8))).await.expect("an answer"), None);
}

async fn several_features_and_instances_are_one_statement(database: TestDatabase) {
    let store = seeded(&database).await;
    for (id, instance) in [("c1", "i1"), ("c2", "i2")] {
        reserve(&store, &active(id, instance)).await.expect("an instance");
    }
    let asked = Ask {
        features: vec!["none".into(), "sysadmin".into()],
        instances: vec!["i2".into(), "i-none".into(), "i1".into()],
        quote_id: Some("none".into()),
        wish: Some("wish".into()),
        quoted_since: Some(0),
        join: true,
        ..ask()
    };
    let (snapshot, statements) = crate::statements::counted(look(&store, &asked)).await;
    assert_eq!(statements.len(), 1, "{statements:#?}");
    let ids: Vec<&str> = snapshot.instances.iter().map(|instance| instance.id.as_str()).collect();
    assert_eq!(ids, ["i1", "i2"]);
    assert!(snapshot.instance_of("i2").is_some_and(|instance| instance.has_access && instance.accesses == 1));
    // The features of the instances are told as well.
    assert!(snapshot.feature_of("sysadmin").is_some() && snapshot.feature_of("chatbot").is_some());
    assert!(snapshot.feature_of("none").is_none());
}

/// An active instance `i1` that batch `b` ends while it makes `i2`, carried by operation `o1`, or queued without one.
async fn batch(store: &SqlStore, carried: bool) {
    reserve(store, &active("c1", "i1")).await.expect("an instance");
    let mut made = queued("c2", "i2");
    made.change.batch = Some(Batch { id: "b".into(), wish: Some("wish".into()) });
    let mut ended = ReservedEnd {
        change: change(ChangeKind::End, "c3", "i1"),
        notice: notice("n-c3", NOW),
        decision: decision("c3"),
        note: note(ChangeKind::End, "c3", "i1"),
    };
    ended.change.batch = Some(Batch { id: "b".into(), wish: None });
    ended.change.gate = Some(Gate::Quantity);
    ended.change.key = None;
    let operation = NewOperation { direction: Direction::Mixed, to_quantity: 1, ..raise("o1", 1, Some(0)) };
    if carried {
        for change in [&mut made.change, &mut ended.change] {
            change.state = ChangeState::Billing;
            change.operation_id = Some("o1".into());
        }
    }
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    transaction.reserve(&made).await.expect("rows");
    transaction.reserve_end(&ended).await.expect("rows");
    if carried {
        transaction.operate(&operation).await.expect("an operation");
    }
    transaction.commit().await.expect("a commit");
    let mandate = look(store, &ask()).await.mandate.expect("the mandate");
    // What ends later is on the bill once.
    assert_eq!((mandate.counted, billed(&mandate)), (2, 1));
}

async fn a_confirmed_batch_ends_what_it_ends(database: TestDatabase) {
    let store = seeded(&database).await;
    batch(&store, true).await;
    let carried = claim(&store).await;
    assert_eq!(carried.operation.direction, Direction::Mixed);
    assert_eq!(store.batch("b").await.expect("changes"), carried.changes);
    assert!(store.settle(&settlement(carried, Outcome::Applied)).await.expect("an answer"));
    for id in ["c2", "c3"] {
        assert_eq!(read(&store, id).await.state, ChangeState::Done);
    }
    let mandate = look(&store, &ask()).await.mandate.expect("the mandate");
    assert_eq!((mandate.counted, billed(&mandate)), (1, 1));
    let ended = look(&store, &Ask { ended_instance_id: Some("i1".into()), ..ask() }).await.ended.expect("a memory");
    assert_eq!((ended.ended_at, ended.accesses.len()), (NOW + 5, 1));
    assert_eq!(database.number("SELECT count(*) FROM instances WHERE id = 'i2' AND state = 'active'").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM accesses WHERE instance_id = 'i1'").await, 0);
}

/// `i1` lives on as if nothing had been, and nothing of `i2` is left.
async fn nothing_is_left(store: &SqlStore, database: &TestDatabase, state: ChangeState) {
    for id in ["c2", "c3"] {
        assert_eq!(read(store, id).await.state, state, "{id}");
    }
    let snapshot = look(store, &Ask { instance_id: Some("i1".into()), ..ask() }).await;
    let instance = snapshot.instance.expect("the instance");
    assert_eq!((instance.ending_by_change, instance.has_access), (None, true));
    let mandate = snapshot.mandate.expect("the mandate");
    assert_eq!((mandate.counted, billed(&mandate)), (1, 1));
    assert_eq!(database.number("SELECT count(*) FROM ended_instances").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM notices WHERE change_id IN ('c2', 'c3')").await, 0);
}

async fn a_refused_batch_leaves_everything(database: TestDatabase) {
    let store = seeded(&database).await;
    batch(&store, true).await;
    let outcome = Outcome::Rejected { reasons: vec![Reason::PaymentDeclined {}], retry_at: FAR };
    assert!(store.settle(&settlement(claim(&store).await, outcome)).await.expect("an answer"));
    nothing_is_left(&store, &database, ChangeState::Failed).await;
}

async fn a_cancelled_batch_leaves_everything(database: TestDatabase) {
    let store = seeded(&database).await;
    batch(&store, false).await;
    // One of it is not given up by itself.
    assert!(!withdraw(&store, "c9", "c2", "i2").await);
    let after = store.cancel("c2", &[], NOW + 1).await.expect("an answer").expect("the change");
    assert_eq!((after.state, after.key), (ChangeState::Cancelled, None));
    nothing_is_left(&store, &database, ChangeState::Cancelled).await;
    assert_eq!(read(&store, "c9").await.state, ChangeState::Done);
}

async fn a_keyless_batch_waits_once(database: TestDatabase) {
    let store = seeded(&database).await;
    let keyless = |id: &str, instance: &str| {
        let mut rows = queued(id, instance);
        rows.change.key = None;
        rows.change.batch = Some(Batch { id: format!("b-{id}"), wish: Some("wish".into()) });
        rows
    };
    reserve(&store, &keyless("c1", "i1")).await.expect("an instance");
    let second = reserve(&store, &keyless("c2", "i2")).await;
    assert!(matches!(second, Err(StoreError::Conflict { what: Conflict::PendingActivation })), "{second:?}");
    let pending = |wish: &str| Ask { join: true, wish: Some(wish.into()), ..ask() };
    assert_eq!(look(&store, &pending("wish")).await.pending.map(|change| change.id).as_deref(), Some("c1"));
    assert_eq!(look(&store, &pending("another")).await.pending, None);
    // A single activation of the same feature is another wish.
    let mut alone = queued("c3", "i3");
    alone.change.key = None;
    reserve(&store, &alone).await.expect("an instance");
}

async fn an_instance_ends_in_one_batch(database: TestDatabase) {
    let store = seeded(&database).await;
    batch(&store, false).await;
    let mut again = ReservedEnd {
        change: change(ChangeKind::End, "c4", "i1"),
        notice: notice("n-c4", NOW),
        decision: decision("c4"),
        note: note(ChangeKind::End, "c4", "i1"),
    };
    for instance in ["i1", "i2", "i-none"] {
        again.change.instance_id = instance.into();
        let mut transaction = store.begin("m-alpha").await.expect("a transaction");
        let second = transaction.reserve_end(&again).await;
        assert!(matches!(second, Err(StoreError::Conflict { what: Conflict::Other })), "{instance}: {second:?}");
    }
}

async fn changes_are_listed_newest_first(database: TestDatabase) {
    let store = seeded(&database).await;
    for n in 1..=4 {
        reserve(&store, &active(&format!("c{n}"), &format!("i{n}"))).await.expect("an instance");
    }
    database.execute("UPDATE changes SET user_id = 'u-ben' WHERE id = 'c2'").await;
    database.execute("UPDATE changes SET settled_at = 3 WHERE id = 'c1'").await;
    let listing = Listing { mandate_id: "m-alpha".into(), user_id: None, settled_after: 3, before: None, limit: 9 };
    let ids = async |listing: &Listing| -> Vec<String> {
        store.changes(listing).await.expect("changes").into_iter().map(|listed| listed.change.id).collect()
    };
    assert_eq!(ids(&listing).await, ["c4", "c3", "c2"]);
    assert_eq!(ids(&Listing { settled_after: 2, limit: 2, ..listing.clone() }).await, ["c4", "c3"]);
    assert_eq!(ids(&Listing { before: Some("c3".into()), settled_after: 2, ..listing.clone() }).await, ["c2", "c1"]);
    assert_eq!(ids(&Listing { user_id: Some("u-ben".into()), ..listing.clone() }).await, ["c2"]);
    assert!(ids(&Listing { mandate_id: "m-beta".into(), before: Some("c3".into()), ..listing }).await.is_empty());
}
