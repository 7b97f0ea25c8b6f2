//! Reads changes.

use async_trait::async_trait;

use super::{
    SqlStore,
    rows::change::{change, change_json, change_members, listed},
};
use crate::ports::store::{
    StoreError,
    change::{ChangeRecord, ChangeStore, ListedChange, Listing},
};

/// One change: $1.
pub(super) const BY_ID: &str =
    concat!("SELECT 'change' AS kind, c.seq AS seq, ", change_json!(), " AS json FROM changes c WHERE c.id = $1");

/// The changes of a batch: $1.
const OF_BATCH: &str = concat!(
    "SELECT 'change' AS kind, c.seq AS seq, ",
    change_json!(),
    " AS json FROM changes c WHERE c.batch_id = $1 ORDER BY 2"
);

/// $1 mandate, $2 user or null, $3 settled after, $4 before which change or null, $5 how many. A cursor that is no change
/// of the mandate lists nothing.
const LISTED: &str = concat!(
    "SELECT 'change' AS kind, c.seq AS seq, CAST(json_object(",
    change_members!(),
    ", 'by', (SELECT w.username FROM users w WHERE w.id = c.user_id)) AS TEXT)",
    " AS json FROM changes c WHERE c.mandate_id = $1 AND (CAST($2 AS TEXT) IS NULL OR c.user_id = $2) ",
    "AND (c.settled_at IS NULL OR c.settled_at > $3) AND (CAST($4 AS TEXT) IS NULL ",
    "OR c.seq < (SELECT b.seq FROM changes b WHERE b.id = $4 AND b.mandate_id = $1)) ORDER BY c.seq DESC LIMIT $5"
);

#[async_trait]
impl ChangeStore for SqlStore {
    async fn change(&self, id: &str) -> Result<Option<ChangeRecord>, StoreError> {
        let query = self.session.query(BY_ID).bind(id.to_owned());
        self.session.rows_alone(&self.readers, query).await?.first().map(change).transpose()
    }

    async fn batch(&self, id: &str) -> Result<Vec<ChangeRecord>, StoreError> {
        let query = self.session.query(OF_BATCH).bind(id.to_owned());
        self.session.rows_alone(&self.readers, query).await?.iter().map(change).collect()
    }

    async fn changes(&self, listing: &Listing) -> Result<Vec<ListedChange>, StoreError> {
        let query = self
            .session
            .query(LISTED)
            .bind(listing.mandate_id.clone())
            .bind(listing.user_id.clone())
            .bind(listing.settled_after)
            .bind(listing.before.clone())
            .bind(listing.limit);
        self.session.rows_alone(&self.readers, query).await?.iter().map(listed).collect()
    }
}
