//! The ledger of one host: takes on operations that are due, has the next ones formed, and stops in order.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, atomic::AtomicBool},
    time::Duration,
};

use tokio::sync::{Notify, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{form::form, lease::Held, next, spacing::spaced_until, waiters::Waiters};
use crate::fail_point::{self, FailPoint};
use crate::ports::{
    billing::{Billing, BillingTarget},
    clock::{Clock, Millis},
    ids::Ids,
    randomness::Randomness,
    store::{
        Store, StoreError,
        change::ChangeRecord,
        operation::{Carried, NewOperation},
    },
};

/// How many operations this host takes on before it claims no more.
const MOST_RUNNING: usize = 64;
/// How many subscriptions one pass forms operations for.
const MOST_WAITING: i64 = 64;

/// How the ledger of one host works.
#[derive(Clone, Debug)]
pub struct LedgerSettings {
    /// This process, unique among all hosts of the database.
    pub host_id: String,
    /// For how long an operation is this host's, in milliseconds; longer than a request to billing may take.
    pub lease: i64,
    /// How long a request to billing may take.
    pub longest_send: Duration,
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
    /// Whether billing was paused at the last look.
    pub(super) paused: AtomicBool,
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
                paused: AtomicBool::new(false),
                rechecked: std::sync::Mutex::default(),
            }),
        }
    }

    /// Whether a billing provider can be reached at all.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.inner.billing.is_some()
    }

    /// The operation that carries these changes of one request at once, if their subscription is free for it. Pure: the
    /// caller writes it in the transaction in which it read `unresolved`, `billed`, `confirmed` and `last_invoice_at`.
    #[must_use]
    pub fn first_operation(
        &self,
        changes: &[ChangeRecord],
        target: BillingTarget,
        billed: i64,
        confirmed: Option<i64>,
        unresolved: bool,
        last_invoice_at: Option<Millis>,
    ) -> Option<NewOperation> {
        let confirmed = confirmed.filter(|_| self.is_connected() && !unresolved)?;
        let change = changes.first()?;
        let subscription_id = change.subscription_id.clone()?;
        let formed = form(changes, billed, confirmed)?;
        if spaced_until(&formed, last_invoice_at, change.created_at).is_some() {
            return None;
        }
        Some(NewOperation {
            id: self.inner.ids.next(),
            mandate_id: change.mandate_id.clone(),
            subscription_id,
            target,
            direction: formed.direction,
            gate: formed.gate,
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
        let held = Held::from(operation.created_at);
        self.spawn(Carried { operation: next::begun(operation), changes }, held);
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

    /// Lets the runner look now for what is due.
    pub fn look_now(&self) {
        self.inner.wake.notify_one();
    }

    pub(super) fn waiting(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
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
        let Inner { store, clock, settings, running, .. } = &*self.inner;
        if self.is_paused().await? {
            return Ok(());
        }
        while running.len() < MOST_RUNNING {
            let held = Held::from(clock.now());
            let Some(carried) = store.claim(&settings.host_id, settings.lease).await? else { break };
            fail_point::reached(FailPoint::OperationClaimed).await;
            self.spawn(carried, held);
        }
        for waiting in store.waiting(MOST_WAITING).await? {
            self.form_soon(waiting);
        }
        Ok(())
    }

    fn spawn(&self, carried: Carried, held: Held) {
        let ledger = self.clone();
        self.inner.running.spawn(async move {
            let id = carried.operation.id.clone();
            if let Err(error) = ledger.execute(carried, held).await {
                // The lease runs out and whoever claims the operation next resolves it.
                tracing::warn!(operation = %id, %error, "an operation could not be recorded");
            }
        });
    }
}
