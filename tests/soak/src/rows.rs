//! The rows that the checks look at, as they stand in the database.

use serde::Deserialize;

use crate::database::Database;

/// A row of the ledger.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) subscription_id: String,
    pub(crate) stripe_subscription_id: String,
    pub(crate) stripe_item_id: String,
    pub(crate) direction: Option<String>,
    pub(crate) from_quantity: Option<i64>,
    pub(crate) to_quantity: i64,
    /// UTC milliseconds.
    pub(crate) proration_at: Option<i64>,
    pub(crate) state: String,
    pub(crate) attempt: i64,
    pub(crate) fence: i64,
    pub(crate) in_doubt_since: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) settled_at: Option<i64>,
}

/// A change.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Change {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) subscription_id: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) effective_at: i64,
    pub(crate) operation_id: Option<String>,
}

/// An instance.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) mandate_id: String,
    pub(crate) state: String,
}

/// All of them, in the order in which they were written.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) operations: Vec<Operation>,
    pub(crate) changes: Vec<Change>,
    pub(crate) instances: Vec<Instance>,
}

impl Rows {
    pub(crate) async fn read(database: &Database) -> anyhow::Result<Self> {
        Ok(Self {
            operations: database
                .rows(
                    "SELECT id, subscription_id, stripe_subscription_id, stripe_item_id, direction, from_quantity, \
                     to_quantity, proration_at, state, attempt, fence, in_doubt_since, created_at, settled_at \
                     FROM operations ORDER BY seq",
                )
                .await?,
            changes: database
                .rows(
                    "SELECT id, kind, state, subscription_id, created_at, effective_at, operation_id \
                     FROM changes ORDER BY seq",
                )
                .await?,
            instances: database.rows("SELECT id, mandate_id, state FROM instances ORDER BY seq").await?,
        })
    }
}
