//! Erases a mandate: it is deleted as the machine API deletes it, which ends its billing, and when its rows are gone, whoever
//! was in it goes out of what stays.

use std::time::Duration;

use serde_json::{Map, json};

use super::{
    Erasure, ErasureError, Outcome, PAUSE, looks,
    receipt::{OF_MANDATE, Receipt},
};
use crate::{
    directory::{Actor, Closing, Deleted, Kind, Precondition},
    ports::store::{audit::AuditEntry, erasure::Erased},
};

/// What an erasure of a mandate waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateWaits {
    /// How far its end is; `None`: it is gone.
    pub closing: Option<Closing>,
    /// Events that an endpoint is still to be sent.
    pub events: i64,
}

impl Erasure {
    /// Whether there is nothing left to erase of a mandate.
    ///
    /// # Errors
    /// [`ErasureError::NoMandate`] where there never was anything.
    pub async fn is_mandate_erased(&self, mandate_id: &str) -> Result<bool, ErasureError> {
        let remains = self.store.mandate_remains(mandate_id).await?;
        if remains.is_there || (remains.rows > 0 && !remains.was_erased) {
            return Ok(false);
        }
        if remains.was_erased { Ok(true) } else { Err(ErasureError::NoMandate { id: mandate_id.to_owned() }) }
    }

    /// Erases a mandate, and waits so long for billing to confirm that nothing of it is charged. One that broke off is gone
    /// on with by the next.
    ///
    /// # Errors
    /// [`ErasureError`].
    pub async fn erase_mandate(
        &self,
        actor: &Actor,
        mandate_id: &str,
        wait: Duration,
    ) -> Result<Outcome<MandateWaits>, ErasureError> {
        if self.is_mandate_erased(mandate_id).await? {
            return Ok(Outcome::DoneBefore);
        }
        let tombstone = self.tombstone();
        for _ in 0..looks(wait) {
            let deleted = self.directory.delete(actor, Kind::Mandates, mandate_id, &Precondition::default()).await?;
            let at = self.clock.now();
            let about = ("mandate", Some(mandate_id));
            let receipt = |done: &[Erased]| Receipt::of(about, at, &tombstone, done, &OF_MANDATE);
            let entry = |done: &[Erased]| AuditEntry {
                detail: Map::from_iter([("receipt".to_owned(), json!(receipt(done).digest))]),
                ..actor.deed(at, "erase mandate", mandate_id)
            };
            if deleted == Deleted::Gone
                && let Some(done) = self.store.erase_mandate(mandate_id, &tombstone, &entry).await?
            {
                tracing::info!(mandate = %mandate_id, "a mandate was erased");
                return Ok(Outcome::Done(Box::new(receipt(&done))));
            }
            tokio::time::sleep(PAUSE).await;
        }
        let closing = self.directory.closing(mandate_id).await?;
        let events = self.store.mandate_remains(mandate_id).await?.events;
        Ok(Outcome::Waits(MandateWaits { closing, events }))
    }
}
