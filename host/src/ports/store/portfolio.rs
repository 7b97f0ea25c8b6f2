//! What one user sees of everything: mandates, catalogue and instances, in at most two statements.

use async_trait::async_trait;

use super::{
    StoreError,
    decision::PseudonymKey,
    snapshot::{EndedInstanceRecord, FeatureRecord, InstanceRecord, MandateRecord},
};
use crate::ports::clock::Millis;

/// Reads what lists are made of.
#[async_trait]
pub trait PortfolioStore: Send + Sync {
    /// The mandates in which the user has a membership (enabled or not), in order; at most two SQL statements, whatever
    /// their number. With `with_store` also the catalogue and the user's living instances.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn portfolio(&self, user_id: &str, with_store: bool) -> Result<Portfolio, StoreError>;

    /// All instances of a mandate, living and ended, with the mandate as the caller sees it; at most two SQL statements.
    /// `None` when there is no such mandate.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn inventory(&self, user_id: &str, mandate_id: &str) -> Result<Option<Inventory>, StoreError>;
}

/// What one user sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Portfolio {
    /// Whether the user was given a home mandate at any time.
    pub home_granted: bool,
    /// Whether an operator paused billing.
    pub billing_paused: bool,
    /// What turns the user's id into a pseudonym; `None` while nothing of the user is on record.
    pub pseudonym_key: Option<PseudonymKey>,
    /// The user's mandates, in insertion order of the memberships.
    pub mandates: Vec<MandateRecord>,
    /// The catalogue, in order (empty without `with_store`).
    pub features: Vec<FeatureRecord>,
    /// The user's living instances, in insertion order (empty without `with_store`).
    pub held: Vec<HeldInstance>,
}

/// A living instance to which the user has access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldInstance {
    /// The instance; `has_access` is true, `accesses` may be left 0.
    pub instance: InstanceRecord,
    /// Whether the access is enabled.
    pub access_enabled: bool,
}

/// All instances of one mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// The mandate with the caller's membership.
    pub mandate: MandateRecord,
    /// Living ones in insertion order, then ended ones in the order they ended.
    pub living: Vec<InventoryEntry>,
    /// Ended ones that can still be restored or whose end billing is not told yet.
    pub ended: Vec<EndedEntry>,
}

/// A living instance as its mandate's admins see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryEntry {
    /// The instance with the number of its users.
    pub instance: InstanceRecord,
    /// Name of the user who activated it, where that user is still on file.
    pub activated_by_name: Option<String>,
}

/// An ended instance as its mandate's admins see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedEntry {
    /// The instance.
    pub instance: EndedInstanceRecord,
    /// Name of the user who ended it.
    pub ended_by_name: Option<String>,
    /// Whether billing was told.
    pub settled: bool,
    /// When it had been activated.
    pub activated_at: Option<Millis>,
}
