//! Runs operations: claims what is due, executes what [`next`](super::next) says, forms what waits.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    form::form,
    next::{self, Action},
    waiters::Waiters,
};
use crate::ports::{
    billing::{Billing, BillingTarget, QuantityUpdate, SetOutcome},
    clock::{Clock, Millis},
    ids::Ids,
    randomness::Randomness,
    store::{
        Store, StoreError,
        change::ChangeRecord,
        operation::{Carried, Direction, NewOperation, OperationRecord, OperationState, Outcome, Progress, Settlement},
    },
};

/// How many operations this host takes on before it claims no more.
const MOST_RUNNING: usize = 64;
/// How many subscriptions one pass forms operations for.
const MOST_WAITING: i64 = 64;
/// Pauses between attempts to store what billing answered.
const STORE_PAUSES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(8)];

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
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) store: Arc<dyn Store>,
    pub(super) billing: Option<Arc<dyn Billing>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) randomness: Arc<dyn Randomness>,
    pub(super) settings: LedgerSettings,
    pub(super) waiters: Waiters,
    pub(super) wake: Notify,
    /// Subscriptions for which a request of this host left a change waiting.
    pub(super) waiting: std::sync::Mutex<HashSet<String>>,
    pub(super) running: TaskTracker,
    /// Subscriptions whose next operation is being formed by this host.
    pub(super) forming: std::sync::Mutex<HashSet<String>>,
    /// When a subscription out of sync was read again last.
    pub(super) rechecked: std::sync::Mutex<HashMap<String, Millis>>,
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
                forming: std::sync::Mutex::default(),
                rechecked: std::sync::Mutex::default(),
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
    pub fn start(&self, operation: &NewOperation, changes: Vec<ChangeRecord>) {
        let operation = OperationRecord {
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
        };
        self.spawn(Carried { operation, changes });
    }

    /// Runs a task that must come to its end even if nobody waits for it any more; a stopping host waits for it.
    pub fn unbroken<F>(&self, task: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.inner.running.spawn(task)
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

    /// One pass: runs what is due and forms what waits, each on its own, so that none keeps another waiting.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot tell what is due.
    pub async fn advance(&self) -> Result<(), StoreError> {
        let Inner { store, settings, running, .. } = &*self.inner;
        while running.len() < MOST_RUNNING {
            let Some(carried) = store.claim(&settings.host_id, settings.lease).await? else { break };
            self.spawn(carried);
        }
        for waiting in store.waiting(MOST_WAITING).await? {
            self.form_soon(waiting);
        }
        Ok(())
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
                    let progress = Progress { operation, last_error: Some(cause) };
                    persevere(|| store.record(&progress)).await?;
                    return Ok(());
                }
                Action::Settle(outcome) => {
                    let settlement =
                        Settlement { carried: Carried { operation, changes }, outcome, request_id, at: clock.now() };
                    if persevere(|| store.settle(&settlement)).await? {
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
}

/// An answer of billing is not lost because the store was away for a moment: storing it is tried a few times within the
/// lease. A settlement that was stored although the store's answer was lost is recognised by its fence.
async fn persevere<F: Future<Output = Result<bool, StoreError>>>(
    mut store_it: impl FnMut() -> F,
) -> Result<bool, StoreError> {
    for pause in STORE_PAUSES {
        match store_it().await {
            Err(StoreError::Unavailable { cause }) => {
                tracing::warn!(cause, "an answer of billing could not be stored yet");
                tokio::time::sleep(pause).await;
            }
            settled => return settled,
        }
    }
    store_it().await
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
