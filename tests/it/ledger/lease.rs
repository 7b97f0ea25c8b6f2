//! A host that stood still for as long as its lease sends nothing more.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use turnpike::{
    adapters::{
        sql::SqlStore,
        system::{SystemClock, SystemDice, Uuids},
    },
    ledger::{Ledger, LedgerSettings, lease::leaves_time_to_send},
    ports::{
        billing::{Billing, BillingTarget, Inspection, Observation, QuantityUpdate, ReadError, SetOutcome},
        clock::Clock,
        preview::{InvoiceLine, Preview, Repricing},
    },
};

use super::{confirmed, ours};
use crate::{
    engines::sqlite,
    store::rows::{form, queued, raise, reserve, seeded},
};

const LEASE: i64 = 60_000;
const LONGEST: Duration = Duration::from_secs(30);

#[test]
fn a_request_that_may_outlast_the_lease_is_not_sent() {
    for (held_for, may) in [
        (i64::MIN, true),
        (0, true),
        (29_999, true),
        (30_000, false),
        (60_000, false),
        (25 * 60 * 60 * 1000, false),
        (i64::MAX, false),
    ] {
        assert_eq!(leaves_time_to_send(held_for, LEASE, LONGEST), may, "{held_for} ms");
    }
    assert!(!leaves_time_to_send(0, LEASE, Duration::MAX));
    assert!(!leaves_time_to_send(0, i64::MIN, LONGEST));
}

#[tokio::test]
async fn what_a_host_holds_for_too_long_is_left_to_whoever_claims_it_next() {
    let database = sqlite().await;
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    form(&store, &raise("op", 3, None), &["c1"]).await;
    let billing = Arc::new(Counting::default());

    one_pass(&store, &billing, 30_000).await;
    assert_eq!(billing.sends(), 0);
    assert_eq!(database.number("SELECT fence FROM operations WHERE state = 'sent' AND lease_until > 0").await, 1);

    database.execute("UPDATE operations SET lease_until = 0").await;
    one_pass(&store, &billing, 0).await;
    assert_eq!(billing.sends(), 1);
    assert_eq!(database.number("SELECT fence FROM operations WHERE state = 'applied'").await, 2);
}

/// Claims what is due and runs it to its end. `still` is for how long the host stands still between two looks at its
/// clock.
async fn one_pass(store: &SqlStore, billing: &Arc<Counting>, still: i64) {
    let ledger = Ledger::new(
        Arc::new(store.clone()),
        Some(billing.clone()),
        Arc::new(Leaping { now: AtomicI64::new(SystemClock.now()), leap: still }),
        Arc::new(Uuids),
        Arc::new(SystemDice),
        LedgerSettings { host_id: "h1".into(), lease: LEASE, longest_send: LONGEST, tick: Duration::from_secs(1) },
    );
    ledger.advance().await.expect("a pass");
    let stopped = CancellationToken::new();
    stopped.cancel();
    ledger.run(stopped).await;
}

/// Goes on by the same step each time it is looked at.
struct Leaping {
    now: AtomicI64,
    leap: i64,
}

impl Clock for Leaping {
    fn now(&self) -> i64 {
        self.now.fetch_add(self.leap, Ordering::SeqCst)
    }
}

/// Confirms everything, and counts.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Counting {
    fn sends(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Billing for Counting {
    async fn set_quantity(&self, _: &QuantityUpdate, _: &str) -> SetOutcome {
        self.0.fetch_add(1, Ordering::SeqCst);
        confirmed()
    }

    async fn read(&self, _: &BillingTarget) -> Result<Observation, ReadError> {
        ours()
    }

    async fn inspect(&self, _: &str) -> Result<Inspection, ReadError> {
        Err(ReadError::Gone)
    }

    async fn account(&self) -> Result<String, ReadError> {
        Err(ReadError::Unauthorized)
    }

    async fn preview(&self, _: &Repricing) -> Result<Preview, ReadError> {
        Err(ReadError::Unauthorized)
    }

    async fn billed_with(&self, _: &Repricing) -> Result<Vec<InvoiceLine>, ReadError> {
        Err(ReadError::Unauthorized)
    }
}
