//! Seals the audit trail, soon after entries were committed.

use std::{fmt, sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::ports::store::{StoreError, audit::AuditStore};

/// Entries that are sealed in one transaction.
const PIECE: i64 = 500;

/// Gives entries their numbers. All hosts do: whoever finds another at it leaves it to them.
#[derive(Clone)]
pub struct Sealer {
    store: Arc<dyn AuditStore>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").finish_non_exhaustive()
    }
}

impl Sealer {
    /// A sealer of this store's trail.
    #[must_use]
    pub fn new(store: Arc<dyn AuditStore>) -> Self {
        Self { store }
    }

    /// Seals every so often until told to stop, and once more then. While nothing waits, a look is one read.
    pub async fn run(&self, every: Duration, stop: CancellationToken) {
        loop {
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "the audit trail could not be sealed");
            }
            if stop.is_cancelled() {
                return;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(every) => {}
            }
        }
    }

    async fn look(&self) -> Result<(), StoreError> {
        if self.store.chain().await?.unsealed > 0 {
            while self.store.seal(PIECE, false).await? > 0 {}
        }
        Ok(())
    }
}

/// Seals all that waits, and waits for whoever is at it.
///
/// # Errors
/// [`StoreError`].
pub async fn seal_all(store: &dyn AuditStore) -> Result<(), StoreError> {
    while store.seal(PIECE, true).await? > 0 {}
    Ok(())
}
