//! Cancels activations for which certainly nothing was sent.

use core_wasm::reason::Reason;

use crate::{
    adapters::sql::{
        SqlStore,
        change::BY_ID,
        error::expect_rows,
        rows::{
            audit::settled_changes,
            change::{change, reasons_json},
        },
        session::Transaction,
    },
    fail_point::{self, FailPoint},
    ports::{
        clock::Millis,
        store::{StoreError, audit::Who, change::ChangeRecord},
    },
};

const LOCK: &str = "UPDATE mandates SET lock_version = lock_version + 1 \
     WHERE id = (SELECT mandate_id FROM changes WHERE id = $1)";

/// A claim makes an operation `sent`: whoever comes first wins. $1 change, $2 when.
const DISSOLVE: &str = "UPDATE operations SET state = 'dissolved', settled_at = $2 WHERE state = 'prepared' \
     AND id = (SELECT operation_id FROM changes WHERE id = $1 AND state = 'billing' \
     AND kind IN ('activate', 'restore'))";

const QUEUE_OTHERS: &str = "UPDATE changes SET state = 'queued', operation_id = NULL \
     WHERE operation_id = (SELECT operation_id FROM changes WHERE id = $1) AND state = 'billing' AND id <> $1";

/// Its idempotency key is free again: nothing happened that a repeat could be told of. All of a batch is cancelled or
/// nothing. $4: whether the operation that carried it was dissolved.
const CANCEL: &str = "UPDATE changes SET state = 'cancelled', settled_at = $2, reasons = $3, \
     key_path = NULL, key = NULL, key_fingerprint = NULL \
     WHERE ((id = $1 AND kind IN ('activate', 'restore')) \
     OR (gate IS NOT NULL AND batch_id = (SELECT b.batch_id FROM changes b WHERE b.id = $1))) \
     AND (state = 'queued' OR (state = 'billing' AND $4 = 1))";

/// The change and those of its batch.
macro_rules! cancelled {
    () => {
        "(SELECT c.id FROM changes c WHERE c.id = $1 \
         OR c.batch_id = (SELECT b.batch_id FROM changes b WHERE b.id = $1))"
    };
}

const WITHDRAWAL_DONE: &str = concat!(
    "UPDATE changes SET state = 'done', settled_at = $2 WHERE kind = 'withdraw' AND state = 'queued' \
     AND id IN (SELECT i.withdrawn_by_change FROM instances i WHERE i.reserved_by_change IN ",
    cancelled!(),
    ")"
);

const REMEMBER_AGAIN: &str =
    concat!("UPDATE ended_instances SET restored_by_change = NULL WHERE restored_by_change IN ", cancelled!());

const UNSAID: &str = concat!("DELETE FROM notices WHERE state = 'waiting' AND change_id IN ", cancelled!());

const DELETE: &str = concat!("DELETE FROM instances WHERE reserved_by_change IN ", cancelled!());

const CANCELLED: &str =
    settled_changes!(concat!("c.state = 'cancelled' AND c.settled_at = $2 AND c.id IN ", cancelled!()));

const KEEP: &str = concat!("UPDATE instances SET ending_by_change = NULL WHERE ending_by_change IN ", cancelled!());

impl SqlStore {
    pub(super) async fn write_cancellation(
        &self,
        change_id: &str,
        reasons: &[Reason],
        now: Millis,
    ) -> Result<Option<ChangeRecord>, StoreError> {
        let session = &self.session;
        let about = |sql: &str| session.query(sql).bind(change_id.to_owned());
        let mut transaction: Transaction = session.begin(&self.writer).await?;
        let on = &mut *transaction;
        session.run(on, about(LOCK)).await?;
        let dissolved = session.run(on, about(DISSOLVE).bind(now)).await?;
        if dissolved > 0 {
            session.run(on, about(QUEUE_OTHERS)).await?;
        }
        let dissolved = i64::from(dissolved > 0);
        let cancel = about(CANCEL).bind(now).bind(reasons_json(reasons)?).bind(dissolved);
        let cancelled = session.run(on, cancel).await?;
        if cancelled > 0 {
            session.run(on, about(WITHDRAWAL_DONE).bind(now)).await?;
            session.run(on, about(REMEMBER_AGAIN)).await?;
            session.run(on, about(UNSAID)).await?;
            session.run(on, about(CANCELLED).bind(now).bind(Who::System("ledger").to_string())).await?;
            let kept = if cancelled > 1 { session.run(on, about(KEEP)).await? } else { 0 };
            let made = usize::try_from(cancelled.saturating_sub(kept)).unwrap_or(usize::MAX);
            expect_rows("instances of cancelled activations", session.run(on, about(DELETE)).await?, made)?;
        }
        let after = session.rows(on, about(BY_ID)).await?.first().map(change).transpose()?;
        fail_point::reached(FailPoint::CancellationWritten).await;
        session.commit(transaction).await?;
        Ok(after)
    }
}
