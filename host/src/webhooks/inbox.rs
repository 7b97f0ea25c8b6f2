//! Works the inbox off: reads what is true at the provider now, lets our subscription follow, and wakes the ledger.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    apply::{Alarm, Changes, apply},
    pause,
};
use crate::{
    ledger::Ledger,
    ports::{
        billing::{Billing, Inspection, ReadError},
        clock::Clock,
        ids::Ids,
        randomness::Randomness,
        store::{
            Store, StoreError,
            audit::{AuditEntry, Who},
            binding::{BoundSubscription, Look},
            inbox::{ClaimedEvents, EventOutcome},
        },
    },
};

/// How many subscriptions this host reads at the same time.
const MOST_RUNNING: usize = 4;

/// How the inbox is worked off. All spans but `tick` in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxSettings {
    /// Pause between two looks for what is due.
    pub tick: Duration,
    /// For how long events are this host's; longer than reading takes.
    pub lease: i64,
    /// Pause after the first failure; doubled after each further one.
    pub first_pause: i64,
    /// The pause grows no longer than this.
    pub longest_pause: i64,
    /// After this many failures an event is given up.
    pub most_attempts: i64,
}

impl Default for InboxSettings {
    /// The provider may be away for about eight hours.
    fn default() -> Self {
        Self {
            tick: Duration::from_secs(1),
            lease: 60_000,
            first_pause: 2_000,
            longest_pause: 900_000,
            most_attempts: 48,
        }
    }
}

/// Works the inbox of one host off. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    billing: Arc<dyn Billing>,
    ids: Arc<dyn Ids>,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    ledger: Ledger,
    wake: Arc<Notify>,
    settings: InboxSettings,
    running: TaskTracker,
}

/// Why events are tried again.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Inbox {
    /// An inbox that does nothing until [`Inbox::run`] is called. `wake` is notified when an event came in.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        billing: Arc<dyn Billing>,
        (ids, clock): (Arc<dyn Ids>, Arc<dyn Clock>),
        randomness: Arc<dyn Randomness>,
        ledger: Ledger,
        wake: Arc<Notify>,
        settings: InboxSettings,
    ) -> Self {
        let running = TaskTracker::new();
        Self { inner: Arc::new(Inner { store, billing, ids, clock, randomness, ledger, wake, settings, running }) }
    }

    /// Runs until the token is cancelled, then waits for what is under way. What does not finish is taken on by whoever
    /// claims it when the lease is over.
    pub async fn run(&self, shutdown: CancellationToken) {
        let Inner { wake, settings, running, .. } = &*self.inner;
        while !shutdown.is_cancelled() {
            if let Err(error) = self.advance().await {
                tracing::warn!(%error, "the inbox of webhooks cannot be read");
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = wake.notified() => {}
                () = tokio::time::sleep(settings.tick) => {}
            }
        }
        running.close();
        running.wait().await;
    }

    /// One pass: takes on what is due, as far as there is room.
    async fn advance(&self) -> Result<(), StoreError> {
        let Inner { store, ids, settings, running, .. } = &*self.inner;
        while running.len() < MOST_RUNNING {
            let claim = ids.next();
            let Some(claimed) = store.claim_events(&claim, settings.lease).await? else { break };
            let inbox = self.clone();
            running.spawn(async move {
                if let Err(error) = inbox.process(&claim, &claimed).await {
                    tracing::warn!(events = claimed.event_ids.join(" "), %error, "webhook events were not recorded");
                }
                // There may be more than there was room for.
                inbox.inner.wake.notify_one();
            });
        }
        Ok(())
    }

    /// Deals with what was claimed, and records what came of it.
    async fn process(&self, claim: &str, claimed: &ClaimedEvents) -> Result<(), StoreError> {
        let Inner { store, randomness, settings, .. } = &*self.inner;
        let events = claimed.event_ids.join(" ");
        let failure = match self.follow(claimed).await {
            Ok(outcome) => return store.settle_events(claim, outcome).await,
            Err(failure) => failure,
        };
        let failures = claimed.attempts.saturating_add(1);
        let pause = pause::after(failures, settings.first_pause, settings.longest_pause, randomness.below(1000));
        let cause = failure.to_string();
        tracing::warn!(events, failures, cause, "webhook events are tried again");
        for event in store.put_off_events(claim, pause, settings.most_attempts, &cause).await? {
            tracing::error!(event, cause, "a webhook event is given up: what it told of is found by comparing only");
        }
        Ok(())
    }

    /// Lets our subscription follow the provider's.
    async fn follow(&self, claimed: &ClaimedEvents) -> Result<EventOutcome, Failure> {
        let Inner { store, billing, ledger, .. } = &*self.inner;
        let Some(look) = store.begin_look(&claimed.subscription).await? else { return Ok(EventOutcome::Ignored) };
        let seen = billing.inspect(&look.provider_subscription).await?;
        self.amend(&look, &seen, claimed).await?;
        // What an event does not tell of may have changed as well.
        store.mark_due(&look.subscription_id).await?;
        // The key resolves an operation, not the event; but the provider answers again.
        if store.hasten(&look.subscription_id).await? {
            ledger.look_now();
        }
        Ok(EventOutcome::Done)
    }

    /// Writes what was seen under the mandate's lock, unless a newer look was faster.
    async fn amend(&self, look: &Look, seen: &Inspection, claimed: &ClaimedEvents) -> Result<(), StoreError> {
        let mut transaction = self.inner.store.begin(&look.mandate_id).await?;
        let Some(ours) = transaction.binding(look).await? else { return Ok(()) };
        let changes = apply(&look.mandate_id, &ours, seen);
        let is_other = !changes.names(&ours.bound).is_empty();
        let mut entry = AuditEntry {
            mandate_id: Some(look.mandate_id.clone()),
            before: Some(as_told(&ours.bound)),
            after: Some(as_told(&changes.after)),
            ..AuditEntry::new(
                self.inner.clock.now(),
                Who::System("webhooks"),
                "follow subscription",
                &look.subscription_id,
            )
        };
        entry.detail.insert("events".to_owned(), claimed.event_ids.clone().into());
        transaction.amend(look, &changes.after, is_other.then_some(&entry)).await?;
        transaction.commit().await?;
        log(look, &ours.bound, &changes, claimed);
        Ok(())
    }
}

/// How a subscription stands, for the audit trail.
fn as_told(bound: &BoundSubscription) -> Value {
    json!({
        "status": bound.status,
        "endsAt": bound.ends_at,
        "trialEndsAt": bound.trial_ends_at,
        "stripeItemIdInstances": bound.item,
        "bindingRefused": bound.is_refused,
    })
}

fn log(look: &Look, before: &BoundSubscription, changes: &Changes, claimed: &ClaimedEvents) {
    let subscription = &look.subscription_id;
    let events = claimed.event_ids.join(" ");
    let changed = changes.names(before);
    if !changed.is_empty() {
        tracing::info!(%subscription, events, changed = changed.join(" "), "a subscription follows the provider's");
    }
    for alarm in &changes.alarms {
        match alarm {
            Alarm::WrongMandate => tracing::error!(
                %subscription,
                mandate = %look.mandate_id,
                "the provider's subscription names another mandate: nothing is taken over from it, and what costs money is refused"
            ),
            Alarm::UnknownStatus => {
                tracing::error!(%subscription, "the provider's status is not known here: ours stays")
            }
            Alarm::ItemGone => tracing::error!(
                %subscription,
                "the item that counts instances is gone, and not exactly one other has the plan's price"
            ),
            Alarm::ItemReplaced => tracing::error!(
                %subscription,
                "the item that counts instances is gone: the one that has the plan's price takes its place"
            ),
        }
    }
}
