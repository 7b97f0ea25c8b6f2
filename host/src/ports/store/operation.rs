//! Billing operations: one update of a quantity that carries one or more changes.

use async_trait::async_trait;
use core_wasm::{reason::Reason, settings::Gate};

use super::{
    StoreError,
    change::{ChangeRecord, ChangeState},
};
use crate::ports::{billing::BillingTarget, clock::Millis};

/// Claims, records and settles operations.
#[async_trait]
pub trait OperationStore: Send + Sync {
    /// Takes the lease of one unresolved operation that is due (`next_at` passed, no lease in force), the oldest first.
    /// None while billing is paused.
    /// Claiming makes a `prepared` operation `sent` and raises its fence. Lease times are the database's.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn claim(&self, host: &str, lease: i64) -> Result<Option<Carried>, StoreError>;

    /// Subscriptions with queued changes, no unresolved operation and none forbidden, oldest change first. None while
    /// billing is paused.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn waiting(&self, limit: i64) -> Result<Vec<Waiting>, StoreError>;

    /// Writes how an operation stands after an attempt, and gives up its lease. False when the fence was raised by
    /// another host meanwhile: then nothing is written.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn record(&self, progress: &Progress) -> Result<bool, StoreError>;

    /// Writes a final outcome: operation, changes and instances in one transaction. Notices of a change are due from its
    /// settlement on. False when the fence was
    /// raised by another host meanwhile: then nothing is written.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn settle(&self, settlement: &Settlement) -> Result<bool, StoreError>;

    /// The operations that the provider may name as the last writer while this one is unresolved: that of its
    /// subscription which was applied last, and one that somebody answered for.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn known_writers(&self, operation_id: &str) -> Result<Vec<String>, StoreError>;

    /// Writes what was read from the provider outside of an operation.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn observe(&self, reading: &Reading) -> Result<(), StoreError>;

    /// Puts queued changes off until an instant.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put_off(&self, subscription_id: &str, until: Millis) -> Result<(), StoreError>;

    /// Cancels an activation for which certainly nothing was sent: one that is queued, or whose operation is `prepared`
    /// (that operation is dissolved and its other changes queue again). Its instance goes with all it has. Returns the
    /// change as it stands afterwards.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn cancel(
        &self,
        change_id: &str,
        reasons: &[Reason],
        now: Millis,
    ) -> Result<Option<ChangeRecord>, StoreError>;
}

/// An operation as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationRecord {
    /// Its id; the idempotency key is `{id}:{attempt}`.
    pub id: String,
    /// Its place in the ledger.
    pub seq: i64,
    /// The mandate.
    pub mandate_id: String,
    /// Our id of the subscription.
    pub subscription_id: String,
    /// What is billed.
    pub target: BillingTarget,
    /// Raises (activations) or lowers (ends).
    pub direction: Direction,
    /// What its changes wait for; `Quantity` when none of them waits. It stays what it was when the setting is changed, so
    /// that a repeat is the same request.
    pub gate: Gate,
    /// Quantity before.
    pub from_quantity: i64,
    /// Absolute quantity afterwards.
    pub to_quantity: i64,
    /// From when on it is charged or credited; `None` = the provider's now.
    pub proration_at: Option<Millis>,
    /// How far it is.
    pub state: OperationState,
    /// Counts idempotency keys, not sends: raised only when it is certain that the last key did nothing.
    pub attempt: i64,
    /// Sends under the present key.
    pub tries: i64,
    /// Whether some send under the present key may have been executed.
    pub may_have_run: bool,
    /// First send under the present key.
    pub first_sent_at: Option<Millis>,
    /// Since when its outcome is unknown.
    pub in_doubt_since: Option<Millis>,
    /// Not to be claimed before.
    pub next_at: Millis,
    /// Raised with each claim.
    pub fence: i64,
}

/// Whether an operation raises or lowers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Carries activations.
    Raise,
    /// Carries ends.
    Lower,
    /// Carries a batch of both.
    Mixed,
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationState {
    /// Written; certainly nothing was executed.
    Prepared,
    /// Claimed: a request may be under way.
    Sent,
    /// The outcome of a send is unknown.
    InDoubt,
    /// Confirmed.
    Applied,
    /// Refused for good.
    Rejected,
    /// Given up before anything was sent.
    Dissolved,
}

impl OperationState {
    /// The word stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Sent => "sent",
            Self::InDoubt => "in_doubt",
            Self::Applied => "applied",
            Self::Rejected => "rejected",
            Self::Dissolved => "dissolved",
        }
    }
}

impl Direction {
    /// The word stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raise => "raise",
            Self::Lower => "lower",
            Self::Mixed => "mixed",
        }
    }
}

/// An operation to be written. When `lease` is set it is written as `sent` with this host's lease, fence 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOperation {
    /// Its id.
    pub id: String,
    /// The mandate.
    pub mandate_id: String,
    /// Our id of the subscription.
    pub subscription_id: String,
    /// What is billed.
    pub target: BillingTarget,
    /// Raises or lowers.
    pub direction: Direction,
    /// What its changes wait for.
    pub gate: Gate,
    /// Quantity before.
    pub from_quantity: i64,
    /// Absolute quantity afterwards.
    pub to_quantity: i64,
    /// From when on it is charged or credited.
    pub proration_at: Option<Millis>,
    /// Now.
    pub created_at: Millis,
    /// The host that sends it at once, and for how long its lease lasts in milliseconds.
    pub lease: Option<(String, i64)>,
}

/// An operation with the changes it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The operation.
    pub operation: OperationRecord,
    /// Its changes, in order.
    pub changes: Vec<ChangeRecord>,
}

/// A subscription whose changes wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The mandate.
    pub mandate_id: String,
    /// Our id of the subscription.
    pub subscription_id: String,
}

/// What is needed to form the next operation of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerView {
    /// What is billed; `None` when the provider's ids are not on file.
    pub target: Option<BillingTarget>,
    /// Price of the plan in minor units with its currency, to compare with the provider's.
    pub plan_price: Option<(i64, String)>,
    /// Whether an operation of the subscription is unresolved, or none may be formed because of what a comparison found.
    pub unresolved: bool,
    /// Whether an operator paused billing: then nothing is formed.
    pub paused: bool,
    /// The quantity confirmed last.
    pub confirmed: Option<i64>,
    /// What is on the bill now by our rows: active instances and unresolved ends of this subscription, without what is
    /// active already but put off.
    pub billed: i64,
    /// When an operation of the gate `payment` made the latest invoice of the last 24 hours, or may have made it.
    pub last_invoice_at: Option<Millis>,
    /// Changes that wait and are due, in order.
    pub queued: Vec<ChangeRecord>,
}

/// How an operation stands after an attempt that was not final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The operation as it is to be stored.
    pub operation: OperationRecord,
    /// What was seen, for the log and for support.
    pub last_error: Option<String>,
}

/// The final outcome of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The operation and its changes as claimed.
    pub carried: Carried,
    /// What came out.
    pub outcome: Outcome,
    /// The provider's id of the deciding request.
    pub request_id: Option<String>,
    /// Now.
    pub at: Millis,
}

/// What came out of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Confirmed: reserved instances become active (withdrawn ones end), changes are done.
    Applied,
    /// Refused for good: what waits for billing fails with these reasons, and its instances go with all they have;
    /// ends, and activations that did not wait, queue again and are not due before `retry_at`.
    Rejected {
        /// Why.
        reasons: Vec<Reason>,
        /// When ends are tried again.
        retry_at: Millis,
    },
}

impl Outcome {
    /// A change as it stands after the operation that carried it came to this.
    #[must_use]
    pub fn applied_to(&self, change: &ChangeRecord, at: Millis) -> ChangeRecord {
        let (state, reasons) = match self {
            Self::Applied => (ChangeState::Done, Vec::new()),
            // Ended or in use already: billing has to be told some other time.
            Self::Rejected { .. } if !change.is_gated() => (ChangeState::Queued, Vec::new()),
            Self::Rejected { reasons, .. } => (ChangeState::Failed, reasons.clone()),
        };
        let settled_at = state.is_settled().then_some(at);
        ChangeRecord { state, reasons, settled_at, ..change.clone() }
    }
}

/// A reading of the provider's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its id in the ledger.
    pub id: String,
    /// The mandate.
    pub mandate_id: String,
    /// Our id of the subscription.
    pub subscription_id: String,
    /// What was billed then.
    pub target: BillingTarget,
    /// The quantity read.
    pub quantity: i64,
    /// Whether price or currency differ from the plan's.
    pub price_at_odds: bool,
    /// When.
    pub at: Millis,
}
