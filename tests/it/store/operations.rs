//! Claims, leases, fences, and what waits.

use core_wasm::settings::Gate;
use turnpike::ports::store::{
    StoreError,
    operation::{
        Carried, Direction, NewOperation, OperationRecord, OperationState, OperationStore as _, Outcome, Progress,
        Waiting,
    },
    transaction::Reservation,
};

use super::rows::{FAR, NOW, claim, form, queued, raise, read, reserve, seeded, settlement, started, target};
use crate::engines::TestDatabase;

super::on_both_engines!(
    claim_sends_what_is_prepared,
    lease_runs_out_by_the_databases_clock,
    parallel_claims_take_each_once,
    put_off_operations_are_not_claimed,
    record_is_fenced,
    settle_is_fenced,
    waiting_subscriptions,
);

/// An operation as the host that wrote it under its lease knows it.
pub(crate) fn carried_by(operation_id: &str, rows: &Reservation) -> Carried {
    let operation = rows.operation.clone().expect("an operation");
    Carried {
        operation: OperationRecord {
            id: operation_id.into(),
            seq: 0,
            mandate_id: operation.mandate_id,
            subscription_id: operation.subscription_id,
            target: operation.target,
            direction: operation.direction,
            gate: operation.gate,
            from_quantity: operation.from_quantity,
            to_quantity: operation.to_quantity,
            proration_at: operation.proration_at,
            state: OperationState::Sent,
            attempt: 1,
            tries: 0,
            may_have_run: false,
            first_sent_at: None,
            in_doubt_since: None,
            next_at: 0,
            fence: 1,
        },
        changes: vec![rows.change.clone()],
    }
}

async fn claim_sends_what_is_prepared(database: TestDatabase) {
    let store = seeded(&database).await;
    assert_eq!(store.claim("h1", 60_000).await.expect("an answer"), None);
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    reserve(&store, &queued("c2", "i2")).await.expect("an instance");
    let paid = NewOperation { gate: Gate::Payment, ..raise("o1", 3, None) };
    let seq = form(&store, &paid, &["c1", "c2"]).await;
    let carried = claim(&store).await;
    let first_sent_at = carried.operation.first_sent_at;
    assert!(first_sent_at.is_some_and(|at| at > NOW), "the database's clock");
    assert_eq!(
        carried.operation,
        OperationRecord {
            id: "o1".into(),
            seq,
            mandate_id: "m-alpha".into(),
            subscription_id: "s-alpha".into(),
            target: target(),
            direction: Direction::Raise,
            gate: Gate::Payment,
            from_quantity: 3,
            to_quantity: 4,
            proration_at: Some(NOW),
            state: OperationState::Sent,
            attempt: 1,
            tries: 0,
            may_have_run: false,
            first_sent_at,
            in_doubt_since: None,
            next_at: 0,
            fence: 1,
        }
    );
    assert_eq!(carried.changes, [read(&store, "c1").await, read(&store, "c2").await]);
    assert_eq!(store.claim("h2", 60_000).await.expect("an answer"), None);
}

async fn lease_runs_out_by_the_databases_clock(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut rows = started("c1", "i1", 0);
    rows.operation = Some(raise("op-c1", 0, Some(0)));
    reserve(&store, &rows).await.expect("an instance");
    let first = store.claim("h2", 0).await.expect("an answer").expect("an operation without a lease");
    let second = store.claim("h3", 60_000).await.expect("an answer").expect("an operation without a lease");
    assert_eq!((first.operation.fence, second.operation.fence), (2, 3));
    assert_eq!(first.operation.first_sent_at, second.operation.first_sent_at);
    assert_eq!(store.claim("h4", 60_000).await.expect("an answer"), None);
}

async fn parallel_claims_take_each_once(database: TestDatabase) {
    let store = seeded(&database).await;
    for n in 0..6 {
        database
            .execute(&format!(
                "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, stripe_item_id, \
                 direction, gate, from_quantity, to_quantity, state, created_at) \
                 VALUES ('o{n}', 'm-alpha', 's{n}', 'sub', 'si', 'raise', 'quantity', 0, 1, 'prepared', 1)"
            ))
            .await;
    }
    let attempts = (0..12).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { store.claim(&format!("h{n}"), 60_000).await.expect("an answer") })
    });
    let mut taken = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        taken.extend(attempt.await.expect("no panic").map(|carried| carried.operation.id));
    }
    taken.sort();
    assert_eq!(taken, ["o0", "o1", "o2", "o3", "o4", "o5"]);
}

async fn put_off_operations_are_not_claimed(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &started("c1", "i1", 0)).await.expect("an instance");
    database.execute("UPDATE operations SET lease_until = 0").await;
    let mut operation = claim(&store).await.operation;
    operation.next_at = FAR;
    operation.state = OperationState::InDoubt;
    operation.in_doubt_since = Some(NOW);
    operation.tries = 2;
    operation.attempt = 2;
    operation.may_have_run = true;
    operation.first_sent_at = None;
    operation.proration_at = None;
    let progress = Progress { operation: operation.clone(), last_error: Some("timeout".into()) };
    assert!(store.record(&progress).await.expect("an answer"));
    assert_eq!(store.claim("h2", 60_000).await.expect("an answer"), None);
    database.execute("UPDATE operations SET next_at = 5").await;
    let again = claim(&store).await.operation;
    assert!(again.first_sent_at.is_some());
    assert_eq!(
        again,
        OperationRecord { fence: operation.fence + 1, next_at: 5, first_sent_at: again.first_sent_at, ..operation }
    );
    let settled = Progress { operation: OperationRecord { state: OperationState::Applied, ..again }, last_error: None };
    assert!(matches!(store.record(&settled).await, Err(StoreError::Inconsistent { .. })));
}

async fn record_is_fenced(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut rows = started("c1", "i1", 0);
    rows.operation = Some(raise("op-c1", 0, Some(0)));
    reserve(&store, &rows).await.expect("an instance");
    let stale = store.claim("h1", 0).await.expect("an answer").expect("an operation");
    let fresh = claim(&store).await;
    let progress = |carried: &Carried, tries| Progress {
        operation: OperationRecord { tries, ..carried.operation.clone() },
        last_error: None,
    };
    assert!(!store.record(&progress(&stale, 7)).await.expect("an answer"));
    assert_eq!(database.number("SELECT tries FROM operations").await, 0);
    assert!(store.record(&progress(&fresh, 8)).await.expect("an answer"));
    assert_eq!(database.number("SELECT tries FROM operations WHERE lease_until = 0").await, 8);
}

async fn settle_is_fenced(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut rows = started("c1", "i1", 0);
    rows.operation = Some(raise("op-c1", 0, Some(0)));
    reserve(&store, &rows).await.expect("an instance");
    let stale = store.claim("h1", 0).await.expect("an answer").expect("an operation");
    let fresh = claim(&store).await;
    assert!(!store.settle(&settlement(stale, Outcome::Applied)).await.expect("an answer"));
    assert_eq!(database.number("SELECT count(*) FROM instances WHERE state = 'reserved'").await, 1);
    assert!(store.settle(&settlement(fresh.clone(), Outcome::Applied)).await.expect("an answer"));
    // Settled once.
    assert!(!store.settle(&settlement(fresh, Outcome::Applied)).await.expect("an answer"));
    assert_eq!(database.number("SELECT settled_at FROM operations WHERE request_id = 'req_1'").await, NOW + 5);
}

async fn waiting_subscriptions(database: TestDatabase) {
    let store = seeded(&database).await;
    let waiting = async || store.waiting(10).await.expect("an answer");
    assert!(waiting().await.is_empty());
    let alpha = Waiting { mandate_id: "m-alpha".into(), subscription_id: "s-alpha".into() };
    let old = Waiting { mandate_id: "m-alpha".into(), subscription_id: "s-old".into() };
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    let mut other = queued("c2", "i2");
    other.change.subscription_id = Some("s-old".into());
    reserve(&store, &other).await.expect("an instance");
    reserve(&store, &queued("c3", "i3")).await.expect("an instance");
    assert_eq!(waiting().await, [alpha.clone(), old.clone()]);
    assert_eq!(store.waiting(1).await.expect("an answer"), std::slice::from_ref(&alpha));

    store.put_off("s-alpha", FAR).await.expect("an answer");
    assert_eq!(waiting().await, std::slice::from_ref(&old));
    store.put_off("s-alpha", NOW).await.expect("an answer");
    assert_eq!(waiting().await, [alpha, old.clone()]);
    form(&store, &raise("o1", 0, None), &["c1"]).await;
    assert_eq!(waiting().await, [old]);
    // Withdrawals and what billing is not concerned with never wait for an operation.
    database.execute("UPDATE changes SET kind = 'withdraw' WHERE id = 'c2'").await;
    assert!(waiting().await.is_empty());
}
