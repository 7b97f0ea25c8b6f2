//! Runs operations: claims what is due, executes what [`next`](super::next) says, forms what waits.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError},
    time::Duration,
};

use tokio::sync::{Mutex, Notify, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    form::form,
    next::{self, Action},
    waiters::Waiters,
};
use crate::ports::{
    billing::{Billing, BillingTarget, Observation, QuantityUpdate, SetOutcome},
    clock::{Clock, Millis},
    ids::Ids,
    randomness::Randomness,
    store::{
        Conflict, Store, StoreError,
        change::{ChangeKind, ChangeRecord, ChangeState},
        operation::{
            Carried, Direction, LedgerView, NewOperation, OperationRecord, OperationState, Outcome, Progress, Reading,
            Settlement, Waiting,
        },
    },
};
use core_wasm::reason::{BillingGap, Reason};

/// How many operations this host runs at once.
const MOST_RUNNING: usize = 64;
/// How long changes are put off when the provider cannot be read.
const UNREADABLE_PAUSE: i64 = 5_000;
/// How often a subscription whose two sides differ is read again, at most.
const RECHECK_PAUSE: i64 = 30_000;

/// How the ledger of one host works.
#[derive(Clone, Debug)]
pub struct LedgerSettings {
    /// This process, unique among all hosts of the database.
    pub host_id: String,
    /// For how long an operation is this host's, in milliseconds; longer than a request to billing may take.
    pub lease: i64,
    /// Pause between two looks for what is due.
    pub tick: Duration,
}

/// The ledger of one host. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    billing: Option<Arc<dyn Billing>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    randomness: Arc<dyn Randomness>,
    settings: LedgerSettings,
    waiters: Waiters,
    wake: Notify,
    /// Subscriptions for which a request of this host left a change waiting.
    waiting: std::sync::Mutex<HashSet<String>>,
    running: TaskTracker,
    rechecked: Mutex<HashMap<String, Millis>>,
}

impl Ledger {
    /// A ledger that runs nothing until [`Ledger::run`] is called. Without billing, changes wait.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        billing: Option<Arc<dyn Billing>>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        randomness: Arc<dyn Randomness>,
        settings: LedgerSettings,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                billing,
                clock,
                ids,
                randomness,
                settings,
                waiters: Waiters::default(),
                wake: Notify::new(),
                waiting: std::sync::Mutex::default(),
                running: TaskTracker::new(),
                rechecked: Mutex::default(),
            }),
        }
    }

    /// Whether a billing provider can be reached at all.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.inner.billing.is_some()
    }

    /// The operation that carries this change at once, if the subscription is free for it. Pure: the caller writes it in
    /// the transaction in which it read `unresolved`, `billed` and `confirmed`.
    #[must_use]
    pub fn first_operation(
        &self,
        change: &ChangeRecord,
        target: BillingTarget,
        billed: i64,
        confirmed: Option<i64>,
        unresolved: bool,
    ) -> Option<NewOperation> {
        let confirmed = confirmed.filter(|_| self.is_connected() && !unresolved)?;
        let subscription_id = change.subscription_id.clone()?;
        let formed = form(std::slice::from_ref(change), billed, confirmed)?;
        Some(NewOperation {
            id: self.inner.ids.next(),
            mandate_id: change.mandate_id.clone(),
            subscription_id,
            target,
            direction: formed.direction,
            from_quantity: formed.from_quantity,
            to_quantity: formed.to_quantity,
            proration_at: formed.proration_at,
            created_at: change.created_at,
            lease: Some((self.inner.settings.host_id.clone(), self.inner.settings.lease)),
        })
    }

    /// Begins to wait for a change of this host.
    pub fn subscribe(&self, change_id: &str) -> watch::Receiver<Option<ChangeRecord>> {
        self.inner.waiters.subscribe(change_id)
    }

    /// Runs an operation that was just written with this host's lease.
    pub fn start(&self, operation: &NewOperation, change: ChangeRecord) {
        let carried = Carried {
            operation: OperationRecord {
                id: operation.id.clone(),
                seq: 0,
                mandate_id: operation.mandate_id.clone(),
                subscription_id: operation.subscription_id.clone(),
                target: operation.target.clone(),
                direction: operation.direction,
                from_quantity: operation.from_quantity,
                to_quantity: operation.to_quantity,
                proration_at: operation.proration_at,
                state: OperationState::Sent,
                attempt: 1,
                tries: 0,
                may_have_run: false,
                first_sent_at: Some(operation.created_at),
                in_doubt_since: None,
                next_at: operation.created_at,
                fence: 1,
            },
            changes: vec![change],
        };
        self.spawn(carried);
    }

    /// Lets the runner look for what is due now, and once more when the operation is through that the change of this
    /// subscription may have to wait for. Nobody else wakes it: an operation that nothing waits for costs no further look.
    pub fn queued(&self, change: &ChangeRecord) {
        if let Some(subscription_id) = &change.subscription_id {
            self.waiting().insert(subscription_id.clone());
        }
        self.inner.wake.notify_one();
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.inner.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs until the token is cancelled, then waits for what is under way. What does not finish is resolved later, by
    /// whoever claims it.
    pub async fn run(&self, shutdown: CancellationToken) {
        if self.inner.billing.is_some() {
            while !shutdown.is_cancelled() {
                if let Err(error) = self.advance().await {
                    tracing::warn!(%error, "ledger pass failed");
                }
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = self.inner.wake.notified() => {}
                    () = tokio::time::sleep(self.inner.settings.tick) => {}
                }
            }
        }
        self.inner.running.close();
        self.inner.running.wait().await;
    }

    /// One pass: runs what is due and forms what waits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn advance(&self) -> Result<(), StoreError> {
        let Inner { store, settings, running, .. } = &*self.inner;
        for waiting in store.waiting(i64::try_from(MOST_RUNNING).unwrap_or(i64::MAX)).await? {
            match self.form_or_read(&waiting).await {
                // Another host or request was first: the change is carried or waits for the next pass.
                Ok(()) | Err(StoreError::Conflict { what: Conflict::UnresolvedOperation }) => {}
                Err(error) => return Err(error),
            }
        }
        while running.len() < MOST_RUNNING {
            let Some(carried) = store.claim(&settings.host_id, settings.lease).await? else { break };
            self.spawn(carried);
        }
        Ok(())
    }

    /// Reads a subscription again whose two sides were seen to differ, in the background and not too often, so that
    /// activations are possible again once somebody settled the difference.
    pub fn recheck(&self, mandate_id: &str, subscription_id: &str) {
        let ledger = self.clone();
        let waiting = Waiting { mandate_id: mandate_id.to_owned(), subscription_id: subscription_id.to_owned() };
        self.inner.running.spawn(async move {
            let now = ledger.inner.clock.now();
            {
                let mut rechecked = ledger.inner.rechecked.lock().await;
                rechecked.retain(|_, at| now - *at < RECHECK_PAUSE);
                if rechecked.insert(waiting.subscription_id.clone(), now).is_some() {
                    return;
                }
            }
            if let Err(error) = ledger.read_again(&waiting).await {
                tracing::warn!(%error, "a subscription out of sync could not be read again");
            }
        });
    }

    fn spawn(&self, carried: Carried) {
        let ledger = self.clone();
        self.inner.running.spawn(async move {
            let id = carried.operation.id.clone();
            if let Err(error) = ledger.execute(carried).await {
                // The lease runs out and whoever claims the operation next resolves it.
                tracing::warn!(operation = %id, %error, "an operation could not be recorded");
            }
        });
    }

    async fn execute(&self, carried: Carried) -> Result<(), StoreError> {
        let Inner { store, billing, clock, randomness, .. } = &*self.inner;
        let Some(billing) = billing else { return Ok(()) };
        let Carried { mut operation, changes } = carried;
        let mut action = next::after_claim(&operation, clock.now());
        let mut request_id = None;
        loop {
            (operation, action) = match action {
                Action::Send => {
                    let key = format!("{}:{}", operation.id, operation.attempt);
                    let outcome = billing.set_quantity(&update_of(&operation), &key).await;
                    log_attempt(&operation, &outcome);
                    if let SetOutcome::Applied { request_id: id } | SetOutcome::Refused { request_id: id, .. } =
                        &outcome
                    {
                        request_id.clone_from(id);
                    }
                    next::after_sending(operation, outcome, clock.now(), randomness.below(1000))
                }
                Action::Read(otherwise) => {
                    let reading = billing.read(&operation.target).await;
                    next::after_reading(operation, reading, otherwise, clock.now(), randomness.below(1000))
                }
                Action::Pause { cause } => {
                    store.record(&Progress { operation, last_error: Some(cause) }).await?;
                    return Ok(());
                }
                Action::Settle(outcome) => {
                    let settlement =
                        Settlement { carried: Carried { operation, changes }, outcome, request_id, at: clock.now() };
                    if store.settle(&settlement).await? {
                        log_settlement(&settlement);
                        for change in &settlement.carried.changes {
                            let after = settlement.outcome.applied_to(change, settlement.at);
                            if after.state.is_settled() {
                                self.inner.waiters.settled(after);
                            }
                        }
                        if self.waiting().remove(&settlement.carried.operation.subscription_id) {
                            self.inner.wake.notify_one();
                        }
                    }
                    return Ok(());
                }
            };
        }
    }

    /// Forms the next operation; before the very first of a subscription its quantity is read.
    async fn form_or_read(&self, waiting: &Waiting) -> Result<(), StoreError> {
        if self.form_next(waiting).await? == Formed::NeedsReading {
            self.form_next(waiting).await?;
        }
        Ok(())
    }

    async fn form_next(&self, waiting: &Waiting) -> Result<Formed, StoreError> {
        let Inner { store, ids, clock, .. } = &*self.inner;
        let mut transaction = store.begin(&waiting.mandate_id).await?;
        let view = transaction.ledger(&waiting.subscription_id).await?;
        let (Some(target), false) = (view.target.clone(), view.unresolved) else {
            drop(transaction);
            if !view.unresolved {
                tracing::error!(
                    subscription = %waiting.subscription_id,
                    "changes wait for a subscription that has no billing ids"
                );
                store.put_off(&waiting.subscription_id, clock.now() + UNREADABLE_PAUSE).await?;
            }
            return Ok(Formed::Nothing);
        };
        let Some(confirmed) = view.confirmed else {
            drop(transaction);
            self.read_first(waiting, &view, &target).await?;
            return Ok(Formed::NeedsReading);
        };
        let Some(formed) = form(&view.queued, view.billed, confirmed) else { return Ok(Formed::Nothing) };
        let operation = NewOperation {
            id: ids.next(),
            mandate_id: waiting.mandate_id.clone(),
            subscription_id: waiting.subscription_id.clone(),
            target,
            direction: formed.direction,
            from_quantity: formed.from_quantity,
            to_quantity: formed.to_quantity,
            proration_at: formed.proration_at,
            created_at: clock.now(),
            lease: None,
        };
        transaction.form(&operation, &formed.change_ids).await?;
        transaction.commit().await?;
        Ok(Formed::Operation)
    }

    /// Before the first operation of a subscription its quantity is read. Activations that wait are refused when it
    /// differs from what is counted, or when another price is charged: nothing is billed in silence.
    async fn read_first(&self, waiting: &Waiting, view: &LedgerView, target: &BillingTarget) -> Result<(), StoreError> {
        let Inner { store, billing, clock, .. } = &*self.inner;
        let Some(billing) = billing else { return Ok(()) };
        // An operation that is settled while the reading is under way is newer than it.
        let at = clock.now();
        let seen = match billing.read(target).await {
            Ok(seen) => seen,
            Err(error) => {
                tracing::warn!(subscription = %waiting.subscription_id, %error, "a subscription could not be read");
                return store.put_off(&waiting.subscription_id, clock.now() + UNREADABLE_PAUSE).await;
            }
        };
        let at_odds = price_at_odds(view, &seen);
        self.observe(waiting, target, &seen, at_odds, at).await?;
        let followed = view.queued.iter().filter(|change| is_raise(change) && !change.gated).count();
        let expected = view.billed - i64::try_from(followed).unwrap_or(0);
        let refusal = if at_odds {
            Reason::BillingIncomplete { missing: vec![BillingGap::Price] }
        } else if seen.quantity != expected {
            Reason::BillingOutOfSync { confirmed: seen.quantity, counted: expected }
        } else {
            return Ok(());
        };
        tracing::error!(
            subscription = %waiting.subscription_id, billed = seen.quantity, counted = expected, at_odds,
            "billing and features differ: activations are refused until somebody settles it"
        );
        for change in view.queued.iter().filter(|change| is_raise(change) && change.gated) {
            if let Some(after) = store.cancel(&change.id, std::slice::from_ref(&refusal), clock.now()).await? {
                self.inner.waiters.settled(after);
            }
        }
        Ok(())
    }

    async fn read_again(&self, waiting: &Waiting) -> Result<(), StoreError> {
        let Inner { store, billing, .. } = &*self.inner;
        let Some(billing) = billing else { return Ok(()) };
        let view = {
            let mut transaction = store.begin(&waiting.mandate_id).await?;
            transaction.ledger(&waiting.subscription_id).await?
        };
        let (Some(target), false) = (&view.target, view.unresolved) else { return Ok(()) };
        let at = self.inner.clock.now();
        match billing.read(target).await {
            Ok(seen) => self.observe(waiting, target, &seen, price_at_odds(&view, &seen), at).await,
            Err(error) => {
                tracing::warn!(subscription = %waiting.subscription_id, %error, "a subscription could not be read");
                Ok(())
            }
        }
    }

    async fn observe(
        &self,
        waiting: &Waiting,
        target: &BillingTarget,
        seen: &Observation,
        price_at_odds: bool,
        at: Millis,
    ) -> Result<(), StoreError> {
        let reading = Reading {
            id: self.inner.ids.next(),
            mandate_id: waiting.mandate_id.clone(),
            subscription_id: waiting.subscription_id.clone(),
            target: target.clone(),
            quantity: seen.quantity,
            price_at_odds,
            at,
        };
        self.inner.store.observe(&reading).await
    }
}

/// What came of an attempt to form an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Formed {
    /// One was written.
    Operation,
    /// Nothing is there to be carried, or somebody else carries it.
    Nothing,
    /// The quantity was not known; it was read, or will be.
    NeedsReading,
}

/// Whether the change is one that a settled operation or a cancellation ends for good.
fn is_raise(change: &ChangeRecord) -> bool {
    matches!(change.kind, ChangeKind::Activate | ChangeKind::Restore) && change.state == ChangeState::Queued
}

fn price_at_odds(view: &LedgerView, seen: &Observation) -> bool {
    match (&view.plan_price, &seen.price) {
        (Some((ours, our_currency)), Some((theirs, their_currency))) => {
            ours != theirs || !our_currency.eq_ignore_ascii_case(their_currency)
        }
        _ => false,
    }
}

fn update_of(operation: &OperationRecord) -> QuantityUpdate {
    QuantityUpdate {
        target: operation.target.clone(),
        quantity: operation.to_quantity,
        proration_at: operation.proration_at,
        operation_id: operation.id.clone(),
    }
}

fn log_attempt(operation: &OperationRecord, outcome: &SetOutcome) {
    match outcome {
        SetOutcome::Applied { .. } => {}
        SetOutcome::Unauthorized => {
            tracing::error!(operation = %operation.id, "the billing provider does not accept the key");
        }
        SetOutcome::Refused { refusal, .. } => {
            tracing::warn!(operation = %operation.id, ?refusal, "billing refused an operation");
        }
        SetOutcome::NotSent { cause } | SetOutcome::Unknown { cause, .. } => {
            tracing::warn!(operation = %operation.id, tries = operation.tries, cause, "billing gave no clear answer");
        }
        SetOutcome::Busy { .. } | SetOutcome::InProgress => {
            tracing::info!(operation = %operation.id, tries = operation.tries, "billing is busy");
        }
    }
}

fn log_settlement(settlement: &Settlement) {
    let OperationRecord { id, from_quantity, to_quantity, direction, .. } = &settlement.carried.operation;
    match (&settlement.outcome, direction) {
        (Outcome::Applied, _) => {
            tracing::info!(operation = %id, from = from_quantity, to = to_quantity, "billing confirmed an operation");
        }
        (Outcome::Rejected { .. }, Direction::Raise) => {
            tracing::warn!(operation = %id, "an activation was refused by billing; nothing of it is left");
        }
        (Outcome::Rejected { .. }, Direction::Lower) => {
            tracing::error!(operation = %id, "billing refused to lower a quantity; it is tried again");
        }
    }
}
