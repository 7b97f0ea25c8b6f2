//! Comparisons of subscriptions with the billing provider: what ours are, whose turn it is, and what was found.

use async_trait::async_trait;
use core_wasm::facts::SubscriptionStatus;

use super::{StoreError, audit::AuditEntry};
use crate::ports::{billing::BillingTarget, clock::Millis};

/// Keeps what was compared with the provider, and shares the work among hosts.
#[async_trait]
pub trait CheckStore: Send + Sync {
    /// What this database is; made with `id` at the very first start.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn installation(&self, id: &str, now: Millis) -> Result<Installation, StoreError>;

    /// Binds the installation to an account of the provider; also when it is bound to another one, where somebody answers
    /// for it.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn bind_account(&self, account: &str, anew: Option<&AuditEntry>) -> Result<(), StoreError>;

    /// Puts subscriptions that have the provider's ids and were never compared into turn, spread over `every`
    /// milliseconds.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn enroll(&self, every: i64) -> Result<(), StoreError>;

    /// Takes the subscription that has been due for longest, for `lease` milliseconds by the database's clock; it is due
    /// again after `next`. Two hosts never take the same.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn claim_check(&self, lease: i64, next: i64) -> Result<Option<String>, StoreError>;

    /// Makes a subscription (our id) due at once, such as after an event of the provider.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn mark_due(&self, subscription_id: &str) -> Result<(), StoreError>;

    /// Our ids of all subscriptions that have the provider's ids, in order; of one mandate, if named.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn bound(&self, mandate_id: Option<&str>) -> Result<Vec<String>, StoreError>;

    /// Where a subscription stands by our rows, in one statement; `None` when it has no ids of the provider (any more).
    ///
    /// # Errors
    /// [`StoreError`].
    async fn position(&self, subscription_id: &str) -> Result<Option<Position>, StoreError>;

    /// Keeps what a comparison came to. A newer one is not overwritten.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn record_check(&self, check: &Check) -> Result<(), StoreError>;

    /// Notes an attempt at which nothing could be compared.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn record_look(&self, subscription_id: &str, at: Millis) -> Result<(), StoreError>;

    /// Notes that something was repaired.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn record_repair(&self, subscription_id: &str, at: Millis) -> Result<(), StoreError>;

    /// Answers for the operation that the provider names as the last writer, though our ledger does not know it. What was
    /// known of comparisons with another item of the provider is forgotten.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn accept_writer(
        &self,
        subscription: &Bound,
        operation_id: &str,
        entry: &AuditEntry,
    ) -> Result<(), StoreError>;

    /// Writes down what an operator asked for, apart from what came of it.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn write_down(&self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// How the comparison of all subscriptions stands.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn round(&self) -> Result<Round, StoreError>;

    /// Takes over what the provider says about a subscription, under the mandate's lock. False when it is bound to
    /// another subscription of the provider by now.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn take_over(
        &self,
        subscription: &Bound,
        standing: &Standing,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Settles ends that wait for a subscription which bills nothing any more, under the mandate's lock. Returns how many.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn finish_ends(&self, subscription: &Bound, at: Millis, entry: &AuditEntry) -> Result<u64, StoreError>;

    /// Operations that were written before an instant and are unresolved, the oldest first, at most 100.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn overdue(&self, before: Millis) -> Result<Vec<Unresolved>, StoreError>;

    /// Lowerings that were credited too late and not made good yet, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn credits_due(&self) -> Result<Vec<CreditDue>, StoreError>;

    /// Notes that a credit was made good. False when none was due for the operation.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn credit_made_good(&self, operation_id: &str, entry: &AuditEntry) -> Result<bool, StoreError>;
}

/// What this database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Its id, made at the first start. A copy of the database has the same.
    pub id: String,
    /// The provider's id of the account that it was bound to at the first reading.
    pub account: Option<String>,
}

/// A subscription with what it is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Our id.
    pub subscription_id: String,
    /// Its mandate.
    pub mandate_id: String,
    /// What is billed.
    pub target: BillingTarget,
}

/// Where a subscription stands by our rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Which.
    pub bound: Bound,
    /// Status and its instants.
    pub standing: Standing,
    /// Price per instance of its plan, minor units and currency.
    pub plan_price: Option<(i64, String)>,
    /// The provider's id of the plan's price, where the plan names one.
    pub plan_price_id: Option<String>,
    /// What the provider should count: active instances and unresolved ends, without what it was not told of yet.
    pub counted: i64,
    /// What it confirmed last.
    pub confirmed: Option<i64>,
    /// Whether it was seen last to charge another price than the plan's.
    pub price_at_odds: Option<bool>,
    /// The operation under way.
    pub unresolved: Option<Unresolved>,
    /// The newest operation that was applied to this item.
    pub last_operation_id: Option<String>,
    /// An unknown writer that somebody answered for.
    pub accepted_operation_id: Option<String>,
    /// Ends that wait for an operation.
    pub waiting_ends: i64,
    /// Those among them that the provider refused already.
    pub refused_ends: i64,
    /// Other subscriptions of the mandate that have the provider's ids and have not ended.
    pub others: i64,
    /// When a comparison found no difference last.
    pub synced_at: Option<Millis>,
    /// Since when something differs that is repaired without asking.
    pub repair_since: Option<Millis>,
    /// When something was repaired last.
    pub repaired_at: Option<Millis>,
}

/// What the provider decides about a subscription, and ours follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its status.
    pub status: SubscriptionStatus,
    /// End of its trial.
    pub trial_ends_at: Option<Millis>,
    /// In force until before.
    pub ends_at: Option<Millis>,
}

/// An operation without a final outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// Its id.
    pub operation_id: String,
    /// When it was written.
    pub since: Millis,
}

/// What a comparison came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was compared.
    pub bound: Bound,
    /// When.
    pub at: Millis,
    /// Whether nothing differs.
    pub in_sync: bool,
    /// Whether something differs that is repaired without asking.
    pub repairable: bool,
    /// Whether nothing that costs money may be added.
    pub blocks: bool,
    /// Whether no operation may be formed.
    pub holds: bool,
    /// What was found, as a JSON list.
    pub findings: String,
    /// End of the present billing period, where the provider told it.
    pub period_ends_at: Option<Millis>,
}

/// How the comparison of all subscriptions stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Subscriptions at which something differs that would be repaired without asking.
    pub drifting: i64,
    /// Every subscription was looked at since then; `None` while one never was.
    pub complete_since: Option<Millis>,
}

/// A lowering that was credited too late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditDue {
    /// The operation.
    pub operation_id: String,
    /// The mandate.
    pub mandate_id: String,
    /// By how many it lowered.
    pub instances: i64,
    /// The credit should have run from here …
    pub from: Millis,
    /// … but runs from here only.
    pub until: Millis,
}
