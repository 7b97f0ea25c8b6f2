//! Who is who and what there is, entry by entry: reads, and the transaction in which one entry is changed together with
//! what follows from it.

use async_trait::async_trait;

use super::{StoreError, audit::AuditEntry, transaction::MandateTransaction, transfer::LoadError};
use crate::{
    ports::clock::Millis,
    transfer::{Entry, Kind},
};

/// Reads entries and begins to change one.
#[async_trait]
pub trait DirectoryStore: Send + Sync {
    /// An entry by its id, key or code.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn entry(&self, kind: Kind, name: &str) -> Result<Option<Entry>, StoreError>;

    /// Entries in their order, each with its place: at most `limit`, behind a place.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn entries(&self, kind: Kind, after: i64, limit: i64) -> Result<Vec<(i64, Entry)>, StoreError>;

    /// What hangs on a user: ids of memberships, and of accesses.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn belongings(&self, user_id: &str) -> Result<Belongings, StoreError>;

    /// The subscriptions to a plan that are not over, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn subscribers(&self, plan_key: &str) -> Result<Vec<Subscriber>, StoreError>;

    /// How many living instances a feature has.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn instances_of(&self, feature_code: &str) -> Result<i64, StoreError>;

    /// Begins a transaction that nobody else has at the same time for the same entry, and takes the lock of what it is in,
    /// before anything is read.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn begin_entry(
        &self,
        kind: Kind,
        name: &str,
        lock: &Lock,
    ) -> Result<Box<dyn DirectoryTransaction>, StoreError>;

    /// The mandates that are being deleted, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn closing_mandates(&self) -> Result<Vec<String>, StoreError>;

    /// How far the deletion of a mandate is; `None` when it is not being deleted.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn closing(&self, mandate_id: &str) -> Result<Option<Closing>, StoreError>;
}

/// What an entry is in, and so what is locked while it is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Nothing but itself.
    Alone,
    /// A mandate.
    Mandate(String),
    /// The mandate of an instance, and what the instance waits for from being settled by billing.
    OfInstance(String),
    /// A subscription's mandate, and the plan from being changed: others may subscribe to it at the same time.
    Subscription {
        /// The mandate.
        mandate_id: String,
        /// The plan, known or not.
        plan_key: String,
    },
    /// All mandates that have a subscription to a plan.
    OfPlan(String),
}

/// What can be done to an entry, under the locks. What a mandate's transaction can do is done in the same one.
#[async_trait]
pub trait DirectoryTransaction: MandateTransaction {
    /// An entry as it stands.
    async fn entry(&mut self, kind: Kind, name: &str) -> Result<Option<Entry>, StoreError>;

    /// Writes an entry, new or in place of what is there.
    ///
    /// # Errors
    /// [`LoadError::Dangling`] and [`LoadError::Taken`] for what does not fit the database.
    async fn put(&mut self, entry: &Entry) -> Result<(), LoadError>;

    /// Deletes the row of an entry, with the rows that are only about it.
    async fn remove(&mut self, kind: Kind, name: &str) -> Result<(), StoreError>;

    /// Deletes a user, unless there are memberships or accesses; says whether the user is gone.
    async fn remove_user(&mut self, user_id: &str) -> Result<bool, StoreError>;

    /// Writes down who did what.
    async fn note(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// The mandate of a living instance.
    async fn mandate_of(&mut self, instance_id: &str) -> Result<Option<String>, StoreError>;

    /// Whether a user has an enabled membership in a mandate.
    async fn is_member(&mut self, user_id: &str, mandate_id: &str) -> Result<bool, StoreError>;

    /// The living instances of a mandate, or those of them to which a user has access, in order, at most so many. Left out
    /// is what is being withdrawn.
    async fn living(
        &mut self,
        mandate_id: &str,
        user_id: Option<&str>,
        limit: i64,
    ) -> Result<Vec<LivingInstance>, StoreError>;

    /// How a subscription stands with billing.
    async fn bill(&mut self, subscription_id: &str) -> Result<Option<Bill>, StoreError>;

    /// Keeps everything that costs money from being added until the subscription was compared with the provider, which is
    /// due at once.
    async fn hold_until_compared(&mut self, subscription_id: &str) -> Result<(), StoreError>;

    /// Subscriptions to a plan that are not over.
    async fn subscribers(&mut self, plan_key: &str) -> Result<Subscribers, StoreError>;

    /// How many living instances a feature has.
    async fn instances_of(&mut self, feature_code: &str) -> Result<i64, StoreError>;

    /// Closes a mandate for good; nothing when that was done before.
    async fn close(&mut self, mandate_id: &str, at: Millis, by: &str) -> Result<(), StoreError>;

    /// How far the deletion of a mandate is; `None` when it is not being deleted.
    async fn closing(&mut self, mandate_id: &str) -> Result<Option<Closing>, StoreError>;

    /// Deletes the rows of a mandate that has no instances any more: its roles, memberships and subscriptions, and the
    /// memory of what ended in it. What is proof stays.
    async fn remove_mandate(&mut self, mandate_id: &str) -> Result<(), StoreError>;
}

/// What hangs on a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belongings {
    /// Ids of memberships.
    pub memberships: Vec<String>,
    /// Ids of accesses.
    pub accesses: Vec<String>,
}

/// A living instance, by what is needed to end it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LivingInstance {
    /// Its id.
    pub id: String,
    /// Its feature.
    pub feature_code: String,
}

/// How a subscription stands with billing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Changes that wait for billing, and operations without an outcome.
    pub open: i64,
    /// The quantity confirmed last, under the ids that are on file.
    pub confirmed: Option<i64>,
    /// What is on the bill by our rows: active instances of the mandate, and ends that billing was not told of.
    pub counted: i64,
}

/// Subscriptions to a plan that are not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscribers {
    /// All of them.
    pub all: i64,
    /// Those that are bound to one of the billing provider.
    pub bound: i64,
}

/// A subscription to a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// Its id.
    pub subscription_id: String,
    /// Whose.
    pub mandate_id: String,
    /// Active instances of the mandate.
    pub instances: i64,
    /// Whether it is bound to one of the billing provider.
    pub is_bound: bool,
}

/// How far the deletion of a mandate is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Since when.
    pub since: Millis,
    /// The service or operator that deleted it, as the audit trail names them.
    pub by: String,
    /// Instances that are still there.
    pub instances: i64,
    /// Changes that wait for billing, and operations without an outcome.
    pub open: i64,
    /// The quantity that the provider confirmed last for each subscription that it may still charge for; `None`: not
    /// known.
    pub quantities: Vec<(String, Option<i64>)>,
}

impl Closing {
    /// Whether nothing is left that anybody pays for.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.instances == 0 && self.open == 0 && self.quantities.iter().all(|(_, quantity)| *quantity == Some(0))
    }
}
