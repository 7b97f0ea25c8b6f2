//! Reads what happened in a mandate.

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    SqlStore,
    error::inconsistent,
    rows::{
        change::{change, change_members},
        decision::kind_of,
        operation::state_of,
    },
    session::Row,
};
use crate::ports::store::{
    StoreError,
    history::{BilledOperation, Decided, HistoryRecord, HistoryStore},
};

/// $1 mandate, $2 before which place or null, $3 how many. What is about no money is not looked up.
const HISTORY: &str = concat!(
    "SELECT 'change' AS kind, c.seq AS seq, CAST(json_object(",
    change_members!(),
    ", 'place', c.seq, 'by', (SELECT w.username FROM users w WHERE w.id = c.user_id), ",
    "'whose', (SELECT w.username FROM users w WHERE w.id = c.subject_id), ",
    "'decided', d.kind, 'facts', d.facts, 'answer', d.answer, ",
    "'prorated', q.prorated, 'operation', o.id, 'operation_state', o.state, ",
    "'first_change', (SELECT min(f.seq) FROM changes f WHERE f.operation_id = o.id), ",
    "'from_quantity', o.from_quantity, 'to_quantity', o.to_quantity, 'proration_at', o.proration_at, ",
    "'billed_at', o.settled_at, 'quoted_minor', o.quoted_minor, 'billed_minor', o.billed_minor) AS TEXT) AS json ",
    "FROM changes c LEFT JOIN decisions d ON d.id = c.id AND c.kind IN ('activate', 'restore', 'end') ",
    "LEFT JOIN quotes q ON q.id = c.quote_id AND q.used_by = c.id LEFT JOIN operations o ON o.id = c.operation_id ",
    "WHERE c.mandate_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR c.seq < $2) ORDER BY c.seq DESC LIMIT $3"
);

#[derive(Deserialize)]
struct HistoryRow {
    place: i64,
    by: Option<String>,
    whose: Option<String>,
    decided: Option<String>,
    facts: Option<String>,
    answer: Option<String>,
    prorated: Option<i64>,
    operation: Option<String>,
    operation_state: Option<String>,
    first_change: Option<i64>,
    from_quantity: Option<i64>,
    to_quantity: Option<i64>,
    proration_at: Option<i64>,
    billed_at: Option<i64>,
    quoted_minor: Option<i64>,
    billed_minor: Option<i64>,
}

#[async_trait]
impl HistoryStore for SqlStore {
    async fn history(
        &self,
        mandate_id: &str,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<HistoryRecord>, StoreError> {
        let query = self.session.query(HISTORY).bind(mandate_id.to_owned()).bind(before).bind(limit);
        self.session.rows_alone(&self.readers, query).await?.iter().map(record).collect()
    }
}

fn record(read: &Row) -> Result<HistoryRecord, StoreError> {
    let row: HistoryRow = read.decode()?;
    let decided = match (row.decided, row.facts, row.answer) {
        (Some(kind), Some(facts), Some(answer)) => Some(Decided { kind: kind_of(&kind)?, facts, answer }),
        _ => None,
    };
    let is_first = row.first_change == Some(row.place);
    let billed = match (row.operation, row.operation_state, row.to_quantity) {
        (Some(id), Some(state), Some(to_quantity)) => Some(BilledOperation {
            id,
            state: state_of(&state)?,
            is_first,
            from_quantity: row.from_quantity,
            to_quantity,
            proration_at: row.proration_at,
            settled_at: row.billed_at,
            minor: row.billed_minor.filter(|_| is_first),
        }),
        (None, None, None) => None,
        _ => return Err(inconsistent("an operation of a change is not readable")),
    };
    Ok(HistoryRecord {
        place: row.place,
        change: change(read)?,
        by: row.by,
        whose: row.whose,
        decided,
        quoted: row.quoted_minor.filter(|_| is_first).or(row.prorated),
        billed,
    })
}
