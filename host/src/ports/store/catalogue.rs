//! What the catalogue names, for whoever asks without being anybody.

use async_trait::async_trait;

use super::StoreError;

/// Looks things up in the catalogue.
#[async_trait]
pub trait CatalogueStore: Send + Sync {
    /// Whether a feature has the icon, in one SQL statement.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn has_icon(&self, icon: &str) -> Result<bool, StoreError>;
}
