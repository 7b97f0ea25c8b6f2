//! Looks things up in the catalogue.

use async_trait::async_trait;

use super::SqlStore;
use crate::ports::store::{StoreError, catalogue::CatalogueStore};

const HAS_ICON: &str = "SELECT 'icon' AS kind, CAST(json_object('code', f.code) AS TEXT) AS json FROM features f WHERE f.icon = $1 LIMIT 1";

#[async_trait]
impl CatalogueStore for SqlStore {
    async fn has_icon(&self, icon: &str) -> Result<bool, StoreError> {
        let query = self.session.query(HAS_ICON).bind(icon.to_owned());
        Ok(!self.session.rows_alone(&self.readers, query).await?.is_empty())
    }
}
