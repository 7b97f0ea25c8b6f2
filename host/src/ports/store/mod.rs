//! The port to the store, one trait per concern, with the records they speak of.

pub mod audit;
pub mod binding;
pub mod catalogue;
pub mod change;
pub mod check;
pub mod decision;
pub mod delivery;
pub mod directory;
pub mod endpoint;
pub mod entitlement;
pub mod erasure;
pub mod event;
pub mod feature_request;
pub mod health;
pub mod history;
pub mod inbox;
pub mod ledger;
pub mod operation;
pub mod outbox;
pub mod page;
pub mod pause;
pub mod policy;
pub mod portfolio;
pub mod provision;
pub mod quote;
pub mod scim;
pub mod snapshot;
pub mod standing;
pub mod storefront;
pub mod transaction;
pub mod transfer;

use async_trait::async_trait;

use self::{
    audit::AuditStore, binding::BindingStore, catalogue::CatalogueStore, change::ChangeStore, check::CheckStore,
    decision::DecisionStore, delivery::DeliveryStore, directory::DirectoryStore, endpoint::EndpointStore,
    entitlement::EntitlementStore, erasure::ErasureStore, event::EventStore, feature_request::FeatureRequestStore,
    health::HealthStore, history::HistoryStore, inbox::InboxStore, ledger::LedgerStore, operation::OperationStore,
    outbox::OutboxStore, pause::PauseStore, policy::PolicyStore, portfolio::PortfolioStore, provision::ProvisionStore,
    quote::QuoteStore, scim::ScimStore, snapshot::SnapshotStore, standing::StandingStore, storefront::StorefrontStore,
    transaction::TransactionStore, transfer::TransferStore,
};

/// All of the store, for the wiring. Use cases name only the traits they need.
pub trait Store:
    SnapshotStore
    + AuditStore
    + PortfolioStore
    + TransactionStore
    + ChangeStore
    + LedgerStore
    + CheckStore
    + DecisionStore
    + DeliveryStore
    + DirectoryStore
    + EndpointStore
    + EntitlementStore
    + ErasureStore
    + EventStore
    + FeatureRequestStore
    + HistoryStore
    + OperationStore
    + OutboxStore
    + PauseStore
    + PolicyStore
    + InboxStore
    + BindingStore
    + CatalogueStore
    + ProvisionStore
    + QuoteStore
    + ScimStore
    + StandingStore
    + StorefrontStore
    + TransferStore
    + HealthStore
    + Upkeep
{
}

impl<S> Store for S where
    S: SnapshotStore
        + AuditStore
        + PortfolioStore
        + TransactionStore
        + ChangeStore
        + LedgerStore
        + CheckStore
        + DecisionStore
        + DeliveryStore
        + DirectoryStore
        + EndpointStore
        + EntitlementStore
        + ErasureStore
        + EventStore
        + FeatureRequestStore
        + HistoryStore
        + OperationStore
        + OutboxStore
        + PauseStore
        + PolicyStore
        + InboxStore
        + BindingStore
        + CatalogueStore
        + ProvisionStore
        + QuoteStore
        + ScimStore
        + StandingStore
        + StorefrontStore
        + TransferStore
        + HealthStore
        + Upkeep
{
}

/// What keeps the store itself in order.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Whether the store answers, and its schema is the one this binary needs.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not answer, [`StoreError::Inconsistent`] on another schema.
    async fn ready(&self) -> Result<(), StoreError>;

    /// Deletes what is past its time: at most so many rows of what ended, expired, was sent or was settled before an
    /// instant. Returns how many went.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn forget(&self, what: Past, before: i64, most: i64) -> Result<u64, StoreError>;
}

/// What is deleted when its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// The memory of ended instances, but for those whose end or restore billing does not know yet.
    EndedInstances,
    /// Idempotency keys of settled changes. The changes stay.
    Keys,
    /// Quotes that expired.
    Quotes,
    /// Requests for features that were answered or taken back.
    FeatureRequests,
    /// Notices that were sent.
    SentNotices,
    /// Notices that were given up.
    DeadNotices,
    /// Settled changes, and operations with an outcome; but for those that tell what is confirmed now, who wrote at the
    /// provider last, or that a credit is due.
    Ledger,
}

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It did not answer in time or at all; nothing was changed, or the caller finds out by reading.
    #[error("the database does not answer: {cause}")]
    Unavailable {
        /// For the log.
        cause: String,
    },
    /// A unique constraint refused the rows: somebody else was first.
    #[error("a unique constraint refused the rows: {what:?}")]
    Conflict {
        /// Which one.
        what: Conflict,
    },
    /// What is stored contradicts itself or this binary.
    #[error("the database holds something unexpected: {cause}")]
    Inconsistent {
        /// For the log.
        cause: String,
    },
}

/// Which uniqueness was violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The idempotency key of this user and path is taken.
    IdempotencyKey,
    /// The user already waits for an activation of this feature in this mandate (a request without a key).
    PendingActivation,
    /// The subscription already has an unresolved operation.
    UnresolvedOperation,
    /// Any other.
    Other,
}
