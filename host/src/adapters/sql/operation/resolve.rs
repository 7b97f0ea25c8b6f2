//! Settles an operation as an operator says: its fence is raised first, then it goes the way of every settlement.

use serde::Deserialize;
use serde_json::json;

use super::settle::settle;
use crate::{
    adapters::sql::{
        SqlStore, audit,
        error::inconsistent,
        rows::operation::{CARRIED, carried},
        session::flag,
    },
    ports::store::{
        StoreError,
        ledger::{LedgerStore as _, Resolution, Resolved},
        operation::{Carried, OperationRecord, Outcome, Settlement},
    },
};

/// Takes the operation from whoever holds it; with $2 = 0 only when no lease is in force. The row stays locked until the
/// outcome is written.
const SEIZE: &str = "UPDATE operations SET fence = fence + 1, leased_by = NULL, lease_until = 0 WHERE id = $1 \
     AND state IN ('prepared', 'sent', 'in_doubt') AND ($2 = 1 OR lease_until <= now_ms()) \
     RETURNING 'seized' AS kind, CAST(json_object('fence', fence) AS TEXT) AS json";

#[derive(Deserialize)]
struct SeizedRow {
    fence: i64,
}

impl SqlStore {
    pub(in crate::adapters::sql) async fn write_resolution(
        &self,
        resolution: &Resolution,
    ) -> Result<Resolved, StoreError> {
        let session = &self.session;
        let mut transaction = session.begin(&self.writer).await?;
        let seize = session.query(SEIZE).bind(resolution.operation_id.clone()).bind(flag(resolution.force));
        let seized = session.rows(&mut transaction, seize).await?;
        let Some(seized) = seized.first().map(|row| row.decode::<SeizedRow>()).transpose()? else {
            session.roll_back(transaction).await?;
            return self.why_not_seized(&resolution.operation_id).await;
        };
        let read = session.query(CARRIED).bind(resolution.operation_id.clone());
        let Carried { operation, changes } = carried(&session.rows(&mut transaction, read).await?)?
            .ok_or_else(|| inconsistent("a seized operation is missing"))?;
        let mut entry = resolution.entry.clone();
        entry.before = Some(json!({ "state": operation.state.as_str() }));
        let applied = matches!(resolution.outcome, Outcome::Applied);
        entry.after = Some(json!({ "state": if applied { "applied" } else { "rejected" } }));
        entry.detail.extend([
            ("from".to_owned(), json!(operation.from_quantity)),
            ("to".to_owned(), json!(operation.to_quantity)),
            ("changes".to_owned(), changes.iter().map(|change| change.id.clone()).collect()),
        ]);
        entry.mandate_id = Some(operation.mandate_id.clone());
        let settlement = Settlement {
            carried: Carried { operation: OperationRecord { fence: seized.fence, ..operation }, changes },
            outcome: resolution.outcome.clone(),
            request_id: None,
            at: entry.at,
        };
        if !settle(session, &mut transaction, &settlement, &entry.who).await? {
            return Err(inconsistent("a seized operation could not be settled"));
        }
        audit::add(session, &mut transaction, &entry).await?;
        session.commit(transaction).await?;
        Ok(Resolved::Settled(Box::new(settlement)))
    }

    async fn why_not_seized(&self, id: &str) -> Result<Resolved, StoreError> {
        let Some(detail) = self.operation(id).await? else { return Ok(Resolved::Unknown) };
        Ok(match detail.entry.lease {
            Some(lease) => Resolved::Leased(lease),
            None => Resolved::Earlier(detail.entry.operation.state),
        })
    }
}
