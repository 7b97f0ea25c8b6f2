//! The ledger's operations: claimed under a lease, recorded after each attempt, settled once: by a host or by hand.

mod cancel;
mod observe;
mod resolve;
mod settle;

use async_trait::async_trait;
use core_wasm::reason::Reason;
use serde::Deserialize;

use super::{
    SqlStore,
    error::inconsistent,
    rows::{
        operation::{CARRIED, carried},
        pause::billing_is_paused,
    },
    session::flag,
};
use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        change::ChangeRecord,
        operation::{Carried, OperationRecord, OperationState, OperationStore, Progress, Reading, Settlement, Waiting},
    },
};

/// $1 host, $2 lease. Two hosts never take the same row: PostgreSQL skips locked rows, SQLite has one writer.
const CLAIM: &str = concat!(
    "UPDATE operations SET state = CASE WHEN state = 'prepared' THEN 'sent' ELSE 'in_doubt' END, ",
    "may_have_run = CASE WHEN state = 'prepared' THEN may_have_run ELSE 1 END, ",
    "in_doubt_since = CASE WHEN state = 'prepared' THEN in_doubt_since ELSE coalesce(in_doubt_since, now_ms()) END, ",
    "fence = fence + 1, leased_by = $1, lease_until = now_ms() + $2, ",
    "first_sent_at = coalesce(first_sent_at, now_ms()) ",
    "WHERE id = (SELECT o.id FROM operations o WHERE o.state IN ('prepared', 'sent', 'in_doubt') ",
    "AND o.next_at <= now_ms() AND o.lease_until <= now_ms() AND ",
    billing_is_paused!(),
    " = 0 ORDER BY o.seq LIMIT 1 FOR UPDATE SKIP LOCKED) ",
    "AND lease_until <= now_ms() AND state IN ('prepared', 'sent', 'in_doubt') ",
    "RETURNING 'claimed' AS kind, CAST(json_object('id', id, 'fence', fence) AS TEXT) AS json"
);

const WAITING: &str = concat!(
    "SELECT 'waiting' AS kind, CAST(json_object('mandate_id', c.mandate_id, ",
    "'subscription_id', c.subscription_id) AS TEXT) AS json FROM changes c ",
    "WHERE c.state = 'queued' AND c.kind IN ('activate', 'restore', 'end') AND c.subscription_id IS NOT NULL ",
    "AND c.not_before <= now_ms() AND NOT EXISTS (SELECT 1 FROM operations o ",
    "WHERE o.subscription_id = c.subscription_id AND o.state IN ('prepared', 'sent', 'in_doubt')) ",
    "AND NOT EXISTS (SELECT 1 FROM checks k WHERE k.subscription_id = c.subscription_id AND k.holds = 1) AND ",
    billing_is_paused!(),
    " = 0 GROUP BY c.mandate_id, c.subscription_id ORDER BY min(c.seq) LIMIT $1"
);

/// What an operation is and carries never changes after it was written; when it is charged from may, together with
/// its key. A lowering whose instant is given up is credited too late: since when is kept, to be made good.
const RECORD: &str = "UPDATE operations SET state = $3, attempt = $4, tries = $5, may_have_run = $6, \
     first_sent_at = $7, in_doubt_since = $8, next_at = $9, credit_from = CASE WHEN direction = 'lower' AND $10 IS NULL THEN coalesce(credit_from, proration_at) \
     ELSE credit_from END, proration_at = $10, last_error = $11, \
     leased_by = NULL, lease_until = 0 \
     WHERE id = $1 AND fence = $2 AND state IN ('prepared', 'sent', 'in_doubt')";

const PUT_OFF: &str = "UPDATE changes SET not_before = $2 WHERE subscription_id = $1 AND state = 'queued'";

/// $1 operation.
const WRITERS: &str = "SELECT 'writers' AS kind, CAST(json_object(\
     'applied', (SELECT p.id FROM operations p WHERE p.subscription_id = o.subscription_id AND p.state = 'applied' \
     AND p.stripe_subscription_id = o.stripe_subscription_id AND p.stripe_item_id = o.stripe_item_id \
     ORDER BY p.seq DESC LIMIT 1), \
     'accepted', (SELECT k.accepted_operation_id FROM checks k WHERE k.subscription_id = o.subscription_id \
     AND k.stripe_subscription_id = o.stripe_subscription_id AND k.stripe_item_id = o.stripe_item_id)) AS TEXT) AS json \
     FROM operations o WHERE o.id = $1";

#[derive(Deserialize)]
struct WritersRow {
    applied: Option<String>,
    accepted: Option<String>,
}

#[derive(Deserialize)]
struct ClaimedRow {
    id: String,
    fence: i64,
}

#[derive(Deserialize)]
struct WaitingRow {
    mandate_id: String,
    subscription_id: String,
}

#[async_trait]
impl OperationStore for SqlStore {
    async fn claim(&self, host: &str, lease: i64) -> Result<Option<Carried>, StoreError> {
        let claim = self.session.query(CLAIM).bind(host.to_owned()).bind(lease);
        let claimed = self.session.rows_alone(&self.writer, claim).await?;
        let Some(claimed) = claimed.first().map(|row| row.decode::<ClaimedRow>()).transpose()? else {
            return Ok(None);
        };
        let read = self.session.query(CARRIED).bind(claimed.id);
        let Carried { operation, changes } = carried(&self.session.rows_alone(&self.readers, read).await?)?
            .ok_or_else(|| inconsistent("a claimed operation is missing"))?;
        // Its fence is ours: were the lease over already, the row would show that of the next host.
        Ok(Some(Carried { operation: OperationRecord { fence: claimed.fence, ..operation }, changes }))
    }

    async fn waiting(&self, limit: i64) -> Result<Vec<Waiting>, StoreError> {
        let query = self.session.query(WAITING).bind(limit);
        self.session
            .rows_alone(&self.readers, query)
            .await?
            .iter()
            .map(|row| {
                let WaitingRow { mandate_id, subscription_id } = row.decode()?;
                Ok(Waiting { mandate_id, subscription_id })
            })
            .collect()
    }

    async fn record(&self, progress: &Progress) -> Result<bool, StoreError> {
        let operation = &progress.operation;
        if !matches!(operation.state, OperationState::Prepared | OperationState::Sent | OperationState::InDoubt) {
            return Err(inconsistent("a final outcome must be settled, not recorded"));
        }
        let query = self
            .session
            .query(RECORD)
            .bind(operation.id.clone())
            .bind(operation.fence)
            .bind(operation.state.as_str())
            .bind(operation.attempt)
            .bind(operation.tries)
            .bind(flag(operation.may_have_run))
            .bind(operation.first_sent_at)
            .bind(operation.in_doubt_since)
            .bind(operation.next_at)
            .bind(operation.proration_at)
            .bind(progress.last_error.clone());
        Ok(self.session.run_alone(&self.writer, query).await? == 1)
    }

    async fn settle(&self, settlement: &Settlement) -> Result<bool, StoreError> {
        self.write_settlement(settlement).await
    }

    async fn known_writers(&self, operation_id: &str) -> Result<Vec<String>, StoreError> {
        let query = self.session.query(WRITERS).bind(operation_id.to_owned());
        let rows = self.session.rows_alone(&self.readers, query).await?;
        let row = rows.first().ok_or_else(|| inconsistent("a held operation is missing"))?;
        let WritersRow { applied, accepted } = row.decode()?;
        Ok(applied.into_iter().chain(accepted).collect())
    }

    async fn observe(&self, reading: &Reading) -> Result<(), StoreError> {
        self.write_reading(reading).await
    }

    async fn put_off(&self, subscription_id: &str, until: Millis) -> Result<(), StoreError> {
        let query = self.session.query(PUT_OFF).bind(subscription_id.to_owned()).bind(until);
        self.session.run_alone(&self.writer, query).await.map(|_| ())
    }

    async fn cancel(
        &self,
        change_id: &str,
        reasons: &[Reason],
        now: Millis,
    ) -> Result<Option<ChangeRecord>, StoreError> {
        self.write_cancellation(change_id, reasons, now).await
    }
}
