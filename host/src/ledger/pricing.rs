//! What a change of quantity costs: asked of the provider before anybody agrees to it.

use super::runner::Ledger;
use crate::ports::{
    billing::ReadError,
    preview::{Preview, Repricing},
};

impl Ledger {
    /// The provider's preview; `None` when there is no provider.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn preview(&self, change: &Repricing) -> Result<Option<Preview>, ReadError> {
        match &self.inner.billing {
            Some(billing) => billing.preview(change).await.map(Some),
            None => Ok(None),
        }
    }
}
