//! Reads changes.

use async_trait::async_trait;

use super::{
    SqlStore,
    rows::change::{change, change_json},
};
use crate::ports::store::{
    StoreError,
    change::{ChangeRecord, ChangeStore},
};

/// One change: $1.
pub(super) const BY_ID: &str =
    concat!("SELECT 'change' AS kind, c.seq AS seq, ", change_json!(), " AS json FROM changes c WHERE c.id = $1");

#[async_trait]
impl ChangeStore for SqlStore {
    async fn change(&self, id: &str) -> Result<Option<ChangeRecord>, StoreError> {
        let query = self.session.query(BY_ID).bind(id.to_owned());
        self.session.rows_alone(&self.readers, query).await?.first().map(change).transpose()
    }
}
