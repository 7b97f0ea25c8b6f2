//! What happened in a mandate: all its changes, each with the decision that let it through and the operation that billed it.

use async_trait::async_trait;

use super::{StoreError, change::ChangeRecord, decision::QuestionKind, operation::OperationState};
use crate::ports::clock::Millis;

/// Reads what happened.
#[async_trait]
pub trait HistoryStore: Send + Sync {
    /// Changes of a mandate, the newest first, however long ago: at most so many, written before a place, in one SQL
    /// statement.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn history(
        &self,
        mandate_id: &str,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<HistoryRecord>, StoreError>;
}

/// A change with what else is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRecord {
    /// Its place among all changes: rises with each that is written.
    pub place: i64,
    /// The change.
    pub change: ChangeRecord,
    /// Name of the user who asked for it, where that user is still on file.
    pub by: Option<String>,
    /// Name of the user whose access came or went, where it is not the one who asked, likewise.
    pub whose: Option<String>,
    /// The decision that let it through, while it is on record.
    pub decided: Option<Decided>,
    /// What the quote that it was held to said that the change comes to within the period, credits taken off, in minor units:
    /// while the quote is kept, and for ever once the operation was compared with it. Of several changes of one quote the
    /// first one tells it. `None` where a price list said it, or none was named.
    pub quoted: Option<i64>,
    /// The operation that told billing.
    pub billed: Option<BilledOperation>,
}

/// A decision on record, as far as it tells what something cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What was asked.
    pub kind: QuestionKind,
    /// The facts, JSON.
    pub facts: String,
    /// The answer, JSON.
    pub answer: String,
}

/// What the ledger knows of the lines that billing made of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BilledOperation {
    /// The operation. Several changes may be carried by one.
    pub id: String,
    /// How far it is.
    pub state: OperationState,
    /// Whether this is the first of the changes that it carries: what was billed is told of that one.
    pub is_first: bool,
    /// Billed instances before.
    pub from_quantity: Option<i64>,
    /// Billed instances afterwards.
    pub to_quantity: i64,
    /// From when on it is charged or credited; `None`: from when billing executed it.
    pub proration_at: Option<Millis>,
    /// When its outcome was known.
    pub settled_at: Option<Millis>,
    /// What its lines come to in minor units, where that was read: of operations that were quoted.
    pub minor: Option<i64>,
}
