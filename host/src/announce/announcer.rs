//! Gives events their places and sends what is due.
//!
//! Every host does both. Events get their places one host at a time; a delivery is one host's for the time of its lease.
//! A host that dies in between has lost nothing: what it had claimed is due again when the lease is over, so an endpoint
//! may get an event twice, and knows it by its id.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::{message, retry, signature};
use crate::{
    policy::{Current, PolicyError},
    ports::{
        clock::Clock,
        courier::{Courier, CourierError, Parcel, Receipt},
        ids::Ids,
        randomness::Randomness,
        store::{
            Store, StoreError,
            delivery::{Attempt, ClaimedDelivery, Verdict},
        },
    },
};

/// How many events get their places in one transaction.
const AT_ONCE: i64 = 200;

/// How events are told. Spans but `tick` in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnnounceSettings {
    /// Pause between two looks for what is to be told.
    pub tick: Duration,
    /// For how long a delivery is this host's: longer than the courier waits.
    pub lease: i64,
    /// How many events are on their way to one endpoint at once, each of another mandate.
    pub per_endpoint: i64,
    /// How many this host has on their way at once.
    pub most_running: usize,
    /// How often all hosts together look how instances stand.
    pub standing_every: i64,
}

impl Default for AnnounceSettings {
    fn default() -> Self {
        Self { tick: Duration::from_secs(1), lease: 60_000, per_endpoint: 4, most_running: 16, standing_every: 30_000 }
    }
}

/// Tells events. Cheap to clone.
#[derive(Clone)]
pub struct Announcer {
    pub(super) inner: Arc<Inner>,
}

/// What an announcer needs.
pub struct Inner {
    /// Where events and endpoints are.
    pub store: Arc<dyn Store>,
    /// What carries events to endpoints.
    pub courier: Arc<dyn Courier>,
    /// Who says how instances stand.
    pub policy: Current,
    /// The present instant.
    pub clock: Arc<dyn Clock>,
    /// For claims.
    pub ids: Arc<dyn Ids>,
    /// For jitter.
    pub randomness: Arc<dyn Randomness>,
    /// How.
    pub settings: AnnounceSettings,
    pub(super) wake: Notify,
    pub(super) running: TaskTracker,
}

/// Why something was not told; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum AnnounceError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policy gave no answer.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl fmt::Debug for Announcer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Announcer").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

impl Announcer {
    /// An announcer that does nothing until it is run.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        courier: Arc<dyn Courier>,
        policy: Current,
        clock: Arc<dyn Clock>,
        (ids, randomness): (Arc<dyn Ids>, Arc<dyn Randomness>),
        settings: AnnounceSettings,
    ) -> Self {
        let (wake, running) = (Notify::new(), TaskTracker::new());
        Self { inner: Arc::new(Inner { store, courier, policy, clock, ids, randomness, settings, wake, running }) }
    }

    /// Gives places to all events that have none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn place(&self) -> Result<u64, StoreError> {
        let mut placed = 0;
        loop {
            let piece = self.inner.store.place_events(self.inner.clock.now(), AT_ONCE).await?;
            placed += piece;
            if piece < AT_ONCE.unsigned_abs() {
                return Ok(placed);
            }
        }
    }

    /// Gives places and sends what is due, one after the other, until nothing is. Returns how many attempts were made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tell_due(&self) -> Result<usize, StoreError> {
        self.place().await?;
        let mut attempts = 0;
        while let Some((claim, delivery)) = self.claim().await? {
            self.send(&claim, &delivery).await?;
            attempts += 1;
        }
        Ok(attempts)
    }

    pub(super) async fn claim(&self) -> Result<Option<(String, ClaimedDelivery)>, StoreError> {
        let Inner { store, clock, ids, settings, .. } = &*self.inner;
        let claim = ids.next();
        let claimed = store.claim_delivery(&claim, settings.lease, clock.now(), settings.per_endpoint).await?;
        Ok(claimed.map(|delivery| (claim, delivery)))
    }

    /// Sends an event once and keeps what came of it.
    pub(super) async fn send(&self, claim: &str, delivery: &ClaimedDelivery) -> Result<(), StoreError> {
        let Inner { store, clock, .. } = &*self.inner;
        let at = clock.now();
        let outcome = self.carry(delivery, at).await;
        let now = clock.now();
        let status = outcome.as_ref().ok().map(|receipt| receipt.status);
        let error = match &outcome {
            Ok(Receipt { status: 200..=299, .. }) => None,
            Ok(Receipt { status, .. }) => Some(format!("the endpoint answered with status {status}")),
            Err(error) => Some(error.to_string()),
        };
        let verdict = self.verdict(delivery, &outcome, now);
        let attempt = Attempt { at, took: now.saturating_sub(at).max(0), status, error };
        let is_kept = store.settle_delivery(claim, delivery, &attempt, verdict).await?;
        log(delivery, &attempt, verdict, is_kept);
        Ok(())
    }

    async fn carry(&self, delivery: &ClaimedDelivery, at: i64) -> Result<Receipt, CourierError> {
        let body = message::body(&delivery.event);
        let seconds = at.div_euclid(1000);
        let Some(signature) = signature::sign(&delivery.event.id, seconds, &body, &delivery.secrets) else {
            return Err(CourierError::NotSent { cause: "the endpoint has no secret that can be used".to_owned() });
        };
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", delivery.event.id.clone()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ];
        self.inner.courier.carry(&Parcel { url: delivery.url.clone(), headers, body }).await
    }

    fn verdict(&self, delivery: &ClaimedDelivery, outcome: &Result<Receipt, CourierError>, now: i64) -> Verdict {
        let asked_pause = match outcome {
            Ok(Receipt { status: 200..=299, .. }) => return Verdict::Delivered,
            Ok(Receipt { status: 410, .. }) => return Verdict::Gone,
            Ok(receipt) => receipt.retry_after,
            Err(_) => None,
        };
        let dice = self.inner.randomness.below(1000);
        retry::after(delivery.attempts.saturating_add(1), delivery.asked_at, now, asked_pause, dice)
    }
}

/// An endpoint's address may hold a password of sorts: its id stands for it.
fn log(delivery: &ClaimedDelivery, attempt: &Attempt, verdict: Verdict, is_kept: bool) {
    let (event, endpoint) = (&delivery.event.id, &delivery.endpoint_id);
    let (status, error) = (attempt.status, attempt.error.as_deref());
    match verdict {
        _ if !is_kept => {
            tracing::warn!(event.id = event, endpoint, status, "an event was sent after its lease was over")
        }
        Verdict::Delivered => tracing::info!(event.id = event, endpoint, status, "an event was delivered"),
        Verdict::Again { .. } => {
            tracing::warn!(event.id = event, endpoint, status, error, "an event was not taken: it is sent again");
        }
        Verdict::Dead => tracing::error!(event.id = event, endpoint, status, error, "an event is given up"),
        Verdict::Gone => {
            tracing::error!(event.id = event, endpoint, "an endpoint is gone: nothing is sent there any more");
        }
    }
}
