//! What a change of quantity costs: asked of the provider before anybody agrees to it, and looked up on the bill after it was
//! carried out.

use std::time::Duration;

use super::runner::{Inner, Ledger};
use crate::ports::{
    billing::ReadError,
    preview::{Preview, Repricing, sum},
    store::{
        operation::{Carried, OperationRecord},
        quote::Billed,
    },
};

/// Pauses between attempts to read what was billed.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(30)];

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

    /// Holds what was billed against the quote, in the background. A difference is kept with the operation and logged: it
    /// is for somebody to settle with the customer.
    pub(super) fn compare_with_quote(&self, carried: &Carried) {
        let Some(quote_id) = carried.changes.iter().find_map(|change| change.quote_id.clone()) else { return };
        let (ledger, operation) = (self.clone(), carried.operation.clone());
        self.inner.running.spawn(async move {
            let billed = Billed { billed: ledger.billed(&operation).await, operation_id: operation.id, quote_id };
            match ledger.inner.store.keep_billed(&billed).await {
                Ok(None) => {}
                Ok(Some(quoted)) if Some(quoted) == billed.billed => {}
                Ok(Some(quoted)) => tracing::error!(
                    operation = %billed.operation_id, quoted, billed = billed.billed,
                    "what was billed is not what was quoted"
                ),
                Err(error) => tracing::warn!(%error, "what was billed could not be kept"),
            }
        });
    }

    /// What an operation's prorations came to, if that can be read.
    async fn billed(&self, operation: &OperationRecord) -> Option<i64> {
        let Inner { billing, .. } = &*self.inner;
        let change = Repricing {
            target: operation.target.clone(),
            from: operation.from_quantity,
            to: operation.to_quantity,
            // Without its instant it was charged from whenever the provider got it: not what was quoted.
            at: operation.proration_at?,
            gate: operation.gate,
        };
        for pause in PAUSES {
            match billing.as_ref()?.billed_with(&change).await {
                Ok(lines) => return Some(sum(&lines)),
                Err(error) => tracing::warn!(operation = %operation.id, %error, "what was billed could not be read"),
            }
            tokio::time::sleep(pause).await;
        }
        None
    }
}
