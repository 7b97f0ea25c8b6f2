//! Import and export of the whole data set as one validated document.

use async_trait::async_trait;

use super::{StoreError, audit::AuditEntry};
use crate::transfer::{Document, Warning};

/// Loads and reads whole documents. The document's type and its checks are in `transfer`.
#[async_trait]
pub trait TransferStore: Send + Sync {
    /// Inserts and updates everything in the document in one transaction; deletes nothing unless `replace`. Returns what
    /// is odd about the document beside what the database holds. `note` stands in the audit trail once for each entry that
    /// changed, with what was before and after, and once for all of it.
    ///
    /// # Errors
    /// [`LoadError`]; nothing is loaded then.
    async fn load(&self, document: &Document, how: LoadMode, note: &AuditEntry) -> Result<Vec<Warning>, LoadError>;

    /// Reads everything, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn dump(&self) -> Result<Document, StoreError>;
}

/// How a document is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadMode {
    /// Insert and update.
    Merge,
    /// Make the database equal to the document; refused while billing operations are open.
    Replace {
        /// Throw open billing operations and waiting changes away.
        discard_billing: bool,
    },
}

/// Why a document was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A reference points to nothing, neither in the document nor in the database.
    #[error("{entry} refers to {field} `{value}`, which exists neither in the file nor in the database")]
    Dangling {
        /// The entry, such as ``memberships `um-1` ``.
        entry: String,
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
    },
    /// An id or unique value belongs to something else already.
    #[error("{entry}: {field} `{value}` is already taken")]
    Taken {
        /// The entry.
        entry: String,
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
    },
    /// Billing operations or changes are open.
    #[error("{open} billing changes are open: wait until they are settled, or add --discard-billing")]
    BillingOpen {
        /// How many.
        open: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
