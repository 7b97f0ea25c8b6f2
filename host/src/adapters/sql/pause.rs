//! Pauses: a row for as long as something stands still.

use async_trait::async_trait;
use serde::Deserialize;

use super::{SqlStore, audit, session::Query};
use crate::ports::store::{
    StoreError,
    audit::AuditEntry,
    pause::{Pause, PauseStore},
};

const READ: &str = "SELECT 'pause' AS kind, CAST(json_object('since', z.since, 'actor', z.actor, 'reason', z.reason) \
     AS TEXT) AS json FROM pauses z WHERE z.name = 'billing'";

const BEGIN: &str = "INSERT INTO pauses (name, since, actor, reason) VALUES ('billing', $1, $2, $3) \
     ON CONFLICT (name) DO NOTHING";

const END: &str = "DELETE FROM pauses WHERE name = 'billing'";

#[derive(Deserialize)]
struct PauseRow {
    since: i64,
    actor: String,
    reason: String,
}

#[async_trait]
impl PauseStore for SqlStore {
    async fn billing_pause(&self) -> Result<Option<Pause>, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(READ)).await?;
        let pause = rows.first().map(|row| row.decode::<PauseRow>()).transpose()?;
        Ok(pause.map(|PauseRow { since, actor, reason }| Pause { since, actor, reason }))
    }

    async fn pause_billing(&self, entry: &AuditEntry) -> Result<bool, StoreError> {
        let begin =
            self.session.query(BEGIN).bind(entry.at).bind(entry.who.name().to_owned()).bind(entry.reason.clone());
        self.write_audited(begin, entry).await.map(|rows| rows > 0)
    }

    async fn resume_billing(&self, entry: &AuditEntry) -> Result<bool, StoreError> {
        self.write_audited(self.session.query(END), entry).await.map(|rows| rows > 0)
    }
}

impl SqlStore {
    /// Runs a statement and, where it touched rows, adds the audit entry in the same transaction. Returns how many.
    pub(super) async fn write_audited(&self, query: Query, entry: &AuditEntry) -> Result<u64, StoreError> {
        let mut transaction = self.session.begin(&self.writer).await?;
        let rows = self.session.run(&mut transaction, query).await?;
        if rows == 0 {
            self.session.roll_back(transaction).await?;
            return Ok(0);
        }
        audit::add(&self.session, &mut transaction, entry).await?;
        self.session.commit(transaction).await?;
        Ok(rows)
    }
}
