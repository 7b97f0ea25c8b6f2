//! The ledger as an operator looks at it, and settles an operation by hand.

use async_trait::async_trait;

use super::{
    StoreError,
    audit::AuditEntry,
    change::ChangeRecord,
    operation::{OperationRecord, OperationState, Outcome, Reading, Settlement},
};
use crate::ports::clock::Millis;

/// Reads the ledger, and settles by hand.
#[async_trait]
pub trait LedgerStore: Send + Sync {
    /// Operations, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn operations(&self, filter: &LedgerFilter) -> Result<Vec<LedgerEntry>, StoreError>;

    /// How many changes wait for an operation.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn waiting_changes(&self) -> Result<i64, StoreError>;

    /// One operation with all that belongs to it.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn operation(&self, id: &str) -> Result<Option<LedgerDetail>, StoreError>;

    /// Settles an unresolved operation as an operator says: raises its fence, so that a host that holds it writes nothing
    /// any more, writes the outcome as a host would, and the audit entry, all in one transaction.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is written then.
    async fn resolve(&self, resolution: &Resolution) -> Result<Resolved, StoreError>;
}

/// Which operations are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerFilter {
    /// Only those of this mandate.
    pub mandate_id: Option<String>,
    /// Only those whose outcome is not known yet.
    pub unresolved: bool,
    /// Most of them.
    pub limit: i64,
}

/// An operation with what only an operator is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The operation.
    pub operation: OperationRecord,
    /// The host that holds it, while its lease is in force.
    pub lease: Option<Lease>,
    /// The provider's id of the deciding request.
    pub request_id: Option<String>,
    /// What the last attempt came to, where it was not final.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Millis,
    /// When it was settled.
    pub settled_at: Option<Millis>,
    /// What its quote said that it comes to, in minor units; known from its confirmation on.
    pub quoted: Option<i64>,
    /// What it was billed with; `None` where nothing was quoted, or the bill could not be read.
    pub billed: Option<i64>,
}

/// A lease in force, by the database's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The host.
    pub host: String,
    /// For how much longer, in milliseconds.
    pub left: i64,
}

/// All that belongs to one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerDetail {
    /// The operation.
    pub entry: LedgerEntry,
    /// The changes it carries, in order.
    pub changes: Vec<ChangeRecord>,
    /// The last reading of its subscription before it and the first one after it.
    pub readings: Vec<Reading>,
    /// What operators did to it.
    pub audit: Vec<AuditEntry>,
}

/// How an operator settles an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// The operation.
    pub operation_id: String,
    /// What came out of it, as the operator found.
    pub outcome: Outcome,
    /// Also while a host's lease is in force.
    pub force: bool,
    /// Who, when and why.
    pub entry: AuditEntry,
}

/// What became of a resolution by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// It was settled.
    Settled(Box<Settlement>),
    /// There is no such operation.
    Unknown,
    /// It has an outcome already.
    Earlier(OperationState),
    /// A host works on it just now.
    Leased(Lease),
}
