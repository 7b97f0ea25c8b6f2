//! A pause that an operator ordered: each host notices it with its next look and says so once.

use std::sync::atomic::Ordering;

use super::runner::Ledger;
use crate::ports::store::StoreError;

impl Ledger {
    /// Whether billing is paused. The statements that claim and form see the pause by themselves; this look is for the log.
    pub(super) async fn is_paused(&self) -> Result<bool, StoreError> {
        let pause = self.inner.store.billing_pause().await?;
        let before = self.inner.paused.swap(pause.is_some(), Ordering::Relaxed);
        match &pause {
            Some(pause) if !before => {
                tracing::warn!(since = pause.since, "billing is paused by an operator: no operation is begun");
            }
            None if before => tracing::info!("billing goes on"),
            _ => {}
        }
        Ok(pause.is_some())
    }
}
