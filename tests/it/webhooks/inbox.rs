//! The inbox at the store: claimed by subscription, tried again, given up, forgotten; and looks in their order.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use core_wasm::facts::SubscriptionStatus;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use turnpike::{
    adapters::{
        sql::SqlStore,
        system::{SystemClock, SystemDice, Uuids},
    },
    ledger::{Ledger, LedgerSettings},
    ports::{
        billing::{Billing, BillingTarget, Inspection, Observation, QuantityUpdate, ReadError, SetOutcome},
        preview::{InvoiceLine, Preview, Repricing},
        store::{
            binding::{BindingStore as _, BoundSubscription},
            inbox::{EventOutcome, Fate, InboxStore as _, NewEvent},
            transaction::TransactionStore as _,
        },
    },
    webhooks::{Inbox, InboxSettings},
};

use crate::{done_right::on_both_engines, engines::TestDatabase, scene::eventually};

on_both_engines!(
    events_are_claimed_by_subscription_and_once,
    a_lease_that_is_over_is_taken_over_and_the_late_one_writes_nothing,
    what_fails_too_often_is_given_up_and_a_repeat_revives_it,
    an_older_look_never_overwrites_a_newer,
    an_operation_in_doubt_becomes_due,
    what_is_settled_is_forgotten,
);

const SEED: &str = "INSERT INTO mandates (id, name) VALUES ('m-1', 'one'); \
    INSERT INTO subscriptions (id, mandate_id, plan_key, status, stripe_subscription_id, stripe_item_id) \
    VALUES ('s-1', 'm-1', 'P', 'ACTIVE', 'sub_1', 'si_1')";

async fn seeded(database: &TestDatabase) -> SqlStore {
    let store = database.store().await;
    database.execute(SEED).await;
    store
}

fn event(id: &str, subscription: &str) -> NewEvent {
    NewEvent {
        id: id.to_owned(),
        kind: "customer.subscription.updated".to_owned(),
        created_at: Some(1),
        livemode: Some(false),
        account: None,
        object: None,
        fate: Fate::Read { subscription: subscription.to_owned() },
        received_at: 2,
    }
}

async fn keep(store: &SqlStore, id: &str, subscription: &str) -> bool {
    store.keep_event(&event(id, subscription)).await.expect("an answer")
}

/// What a claim got: the subscription and its events.
async fn claim(store: &SqlStore, claim: &str, lease: i64) -> Option<(String, String)> {
    let claimed = store.claim_events(claim, lease).await.expect("an answer")?;
    Some((claimed.subscription, claimed.event_ids.join(" ")))
}

fn got(subscription: &str, events: &str) -> Option<(String, String)> {
    Some((subscription.to_owned(), events.to_owned()))
}

async fn events_are_claimed_by_subscription_and_once(database: &TestDatabase) {
    let store = seeded(database).await;
    for (id, subscription) in [("e1", "sub_1"), ("e2", "sub_2"), ("e3", "sub_1")] {
        assert!(keep(&store, id, subscription).await);
        assert!(!keep(&store, id, subscription).await, "a repeat is known");
    }
    assert_eq!(claim(&store, "a", 60_000).await, got("sub_1", "e1 e3"));
    assert!(keep(&store, "e4", "sub_1").await);
    assert_eq!(claim(&store, "b", 60_000).await, got("sub_2", "e2"));
    assert_eq!(claim(&store, "c", 60_000).await, None, "the subscription of the new one is being dealt with");
    store.settle_events("a", EventOutcome::Done).await.expect("an answer");
    assert_eq!(claim(&store, "d", 60_000).await, got("sub_1", "e4"));
    // Put off with it is what comes meanwhile only until it is due itself.
    store.put_off_events("d", 600_000, 9, "away").await.expect("an answer");
    assert_eq!(claim(&store, "e", 60_000).await, None);
    assert!(keep(&store, "e5", "sub_1").await);
    assert_eq!(claim(&store, "f", 60_000).await, got("sub_1", "e4 e5"));

    for n in 0..20 {
        keep(&store, &format!("p{n}"), &format!("sub_p{}", n % 5)).await;
    }
    let claims = (0..12).map(|n| {
        let store = store.clone();
        async move { store.claim_events(&format!("p{n}"), 60_000).await.expect("an answer") }
    });
    let claimed: Vec<_> = futures::future::join_all(claims).await.into_iter().flatten().collect();
    let mut subscriptions: Vec<&str> = claimed.iter().map(|one| one.subscription.as_str()).collect();
    subscriptions.sort_unstable();
    let mut unique = subscriptions.clone();
    unique.dedup();
    assert_eq!(subscriptions, unique, "no two claims of one subscription");
    while claim(&store, &uuid::Uuid::new_v4().to_string(), 60_000).await.is_some() {}
    assert_eq!(
        database.number("SELECT count(*) FROM webhook_events WHERE claimed_by IS NULL AND state = 'waiting'").await,
        0
    );
}

async fn a_lease_that_is_over_is_taken_over_and_the_late_one_writes_nothing(database: &TestDatabase) {
    let store = seeded(database).await;
    keep(&store, "e1", "sub_1").await;
    assert_eq!(claim(&store, "late", 0).await, got("sub_1", "e1"));
    assert_eq!(claim(&store, "next", 60_000).await, got("sub_1", "e1"));
    store.settle_events("late", EventOutcome::Ignored).await.expect("an answer");
    assert!(store.put_off_events("late", 0, 1, "late").await.expect("an answer").is_empty());
    assert_eq!(
        database.number("SELECT count(*) FROM webhook_events WHERE state = 'waiting' AND attempts = 0").await,
        1
    );
    store.settle_events("next", EventOutcome::Done).await.expect("an answer");
    assert_eq!(database.number("SELECT count(*) FROM webhook_events WHERE state = 'done'").await, 1);
}

/// A provider that cannot be read.
struct Away;

#[async_trait]
impl Billing for Away {
    async fn set_quantity(&self, _: &QuantityUpdate, _: &str) -> SetOutcome {
        SetOutcome::NotSent { cause: "away".to_owned() }
    }

    async fn read(&self, _: &BillingTarget) -> Result<Observation, ReadError> {
        Err(ReadError::Unavailable { cause: "away".to_owned() })
    }

    async fn inspect(&self, _: &str) -> Result<Inspection, ReadError> {
        Err(ReadError::Unavailable { cause: "away".to_owned() })
    }

    async fn account(&self) -> Result<String, ReadError> {
        Err(ReadError::Unavailable { cause: "away".to_owned() })
    }

    async fn preview(&self, _: &Repricing) -> Result<Preview, ReadError> {
        Err(ReadError::Unavailable { cause: "away".to_owned() })
    }

    async fn billed_with(&self, _: &Repricing) -> Result<Vec<InvoiceLine>, ReadError> {
        Err(ReadError::Unavailable { cause: "away".to_owned() })
    }
}

async fn what_fails_too_often_is_given_up_and_a_repeat_revives_it(database: &TestDatabase) {
    let store = seeded(database).await;
    keep(&store, "e1", "sub_1").await;
    keep(&store, "e2", "sub_of_nobody").await;
    let tick = Duration::from_millis(5);
    let ledger = Ledger::new(
        Arc::new(store.clone()),
        None,
        Arc::new(SystemClock),
        Arc::new(Uuids),
        Arc::new(SystemDice),
        LedgerSettings {
            host_id: "h".to_owned(),
            lease: 60_000,
            longest_send: std::time::Duration::from_secs(30),
            tick,
        },
    );
    let inbox = Inbox::new(
        Arc::new(store.clone()),
        Arc::new(Away),
        (Arc::new(Uuids), Arc::new(SystemClock)),
        Arc::new(SystemDice),
        ledger,
        Arc::new(Notify::new()),
        InboxSettings { tick, lease: 60_000, first_pause: 2, longest_pause: 8, most_attempts: 5 },
    );
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { inbox.run(stop).await }
    });
    let dead = "SELECT count(*) FROM webhook_events WHERE event_id = 'e1' AND state = 'dead' AND attempts = 5 \
        AND last_error = 'the billing provider gave no usable answer: away'";
    eventually("it is given up", || async { database.number(dead).await == 1 }).await;
    let ignored = "SELECT count(*) FROM webhook_events WHERE event_id = 'e2' AND state = 'ignored' AND attempts = 0";
    eventually("what concerns nobody is ignored without asking", || async { database.number(ignored).await == 1 })
        .await;
    stop.cancel();
    running.await.expect("it ends");
    assert!(keep(&store, "e1", "sub_1").await, "sent again by hand");
    assert_eq!(claim(&store, "a", 60_000).await, got("sub_1", "e1"));
}

async fn an_older_look_never_overwrites_a_newer(database: &TestDatabase) {
    let store = seeded(database).await;
    assert_eq!(store.begin_look("sub_of_nobody").await.expect("an answer"), None);
    let older = store.begin_look("sub_1").await.expect("an answer").expect("a look");
    let newer = store.begin_look("sub_1").await.expect("an answer").expect("a look");
    assert!(older.number < newer.number && newer.mandate_id == "m-1" && newer.subscription_id == "s-1");
    let after = BoundSubscription {
        status: SubscriptionStatus::PastDue,
        ends_at: Some(5),
        trial_ends_at: Some(6),
        item: Some("si_2".to_owned()),
        is_refused: true,
    };
    let mut transaction = store.begin("m-1").await.expect("a transaction");
    let found = transaction.binding(&newer).await.expect("an answer").expect("a subscription");
    assert_eq!(
        (found.bound.status, found.bound.item.as_deref(), found.plan_price_id),
        (SubscriptionStatus::Active, Some("si_1"), None)
    );
    transaction.amend(&newer, &after, None).await.expect("written");
    transaction.commit().await.expect("a commit");
    for late in [&older, &newer] {
        let mut transaction = store.begin("m-1").await.expect("a transaction");
        assert_eq!(transaction.binding(late).await.expect("an answer"), None, "{late:?}");
        assert!(transaction.amend(late, &found.bound, None).await.is_err(), "{late:?}");
    }
    let third = store.begin_look("sub_1").await.expect("an answer").expect("a look");
    let mut transaction = store.begin("m-1").await.expect("a transaction");
    assert_eq!(transaction.binding(&third).await.expect("an answer").expect("it").bound, after);
    drop(transaction);
    // Bound to something else by now: what was seen is of no meaning.
    database.execute("UPDATE subscriptions SET stripe_subscription_id = 'sub_2'").await;
    let mut transaction = store.begin("m-1").await.expect("a transaction");
    assert_eq!(transaction.binding(&third).await.expect("an answer"), None);
}

async fn an_operation_in_doubt_becomes_due(database: &TestDatabase) {
    let store = seeded(database).await;
    let far = 9_000_000_000_000_i64;
    let operation = |id: &str, subscription: &str, state: &str, lease: i64| {
        format!(
            "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, stripe_item_id, direction, \
             from_quantity, to_quantity, state, next_at, lease_until, created_at) \
             VALUES ('{id}', 'm-1', '{subscription}', 'sub_1', 'si_1', 'raise', 0, 1, '{state}', {far}, {lease}, 1);"
        )
    };
    let rows = [
        operation("o1", "s-1", "in_doubt", 0),
        operation("o2", "s-2", "prepared", 0),
        operation("o3", "s-3", "in_doubt", far),
    ];
    database.execute(&rows.concat()).await;
    let mut hastened = Vec::new();
    for subscription in ["s-1", "s-2", "s-3", "s-4", "s-1"] {
        hastened.push(store.hasten(subscription).await.expect("an answer"));
    }
    assert_eq!(hastened, [true, false, false, false, false]);
    assert_eq!(database.number(&format!("SELECT count(*) FROM operations WHERE next_at = {far}")).await, 2);
}

async fn what_is_settled_is_forgotten(database: &TestDatabase) {
    let store = seeded(database).await;
    for (id, fate) in [("e1", Fate::Ignored), ("e2", Fate::Foreign)] {
        store.keep_event(&NewEvent { fate, ..event(id, "") }).await.expect("an answer");
    }
    for id in ["e3", "e4", "e5"] {
        keep(&store, id, id).await;
    }
    claim(&store, "a", 60_000).await;
    store.settle_events("a", EventOutcome::Done).await.expect("an answer");
    claim(&store, "b", 60_000).await;
    assert_eq!(store.put_off_events("b", 0, 1, "away").await.expect("an answer"), ["e4"]);
    assert_eq!(store.forget_events(1_700_000_000_000).await.expect("an answer"), 0, "not past their time");
    assert_eq!(store.forget_events(9_000_000_000_000).await.expect("an answer"), 3);
    assert_eq!(database.number("SELECT count(*) FROM webhook_events WHERE state IN ('dead', 'waiting')").await, 2);
}
