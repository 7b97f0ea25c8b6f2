//! The ledger as an operator looks at it.

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    SqlStore,
    rows::{
        audit::{audit_json, entry},
        change::{change, change_json},
        operation::{operation, operation_members},
    },
    session::{Row, flag},
};
use crate::ports::{
    billing::BillingTarget,
    store::{
        StoreError,
        ledger::{Lease, LedgerDetail, LedgerEntry, LedgerFilter, LedgerStore, Resolution, Resolved},
        operation::Reading,
    },
};

/// The JSON text of a row of `operations o` that is no reading, with what only an operator is shown.
macro_rules! entry_json {
    () => {
        concat!(
            "CAST(json_object(",
            operation_members!(),
            ", 'leased_by', o.leased_by, 'lease_left', o.lease_until - now_ms(), 'request_id', o.request_id, ",
            "'last_error', o.last_error, 'created_at', o.created_at, 'settled_at', o.settled_at, ",
            "'quoted', o.quoted_minor, 'billed', o.billed_minor) AS TEXT)"
        )
    };
}

/// $1 mandate or null, $2 whether only unresolved ones, $3 most of them.
const OPERATIONS: &str = concat!(
    "SELECT 'operation' AS kind, ",
    entry_json!(),
    " AS json FROM operations o WHERE o.state <> 'observed' AND (CAST($1 AS TEXT) IS NULL OR o.mandate_id = $1) ",
    "AND ($2 = 0 OR o.state IN ('prepared', 'sent', 'in_doubt')) ORDER BY o.seq DESC LIMIT $3"
);

const WAITING: &str = "SELECT 'count' AS kind, CAST(count(*) AS TEXT) AS json FROM changes c \
     WHERE c.state = 'queued' AND c.kind IN ('activate', 'restore', 'end') AND c.subscription_id IS NOT NULL";

/// The JSON text of a row of `operations r` that is a reading.
macro_rules! reading_json {
    () => {
        "CAST(json_object('id', r.id, 'mandate_id', r.mandate_id, 'subscription_id', r.subscription_id, \
         'stripe_subscription_id', r.stripe_subscription_id, 'stripe_item_id', r.stripe_item_id, \
         'quantity', r.to_quantity, 'price_at_odds', r.price_at_odds, 'at', r.settled_at) AS TEXT)"
    };
}

/// $1 operation.
const OPERATION: &str = concat!(
    "SELECT 'operation' AS kind, CAST(0 AS BIGINT) AS part, CAST(0 AS BIGINT) AS seq, ",
    entry_json!(),
    " AS json FROM operations o WHERE o.id = $1 AND o.state <> 'observed' ",
    "UNION ALL SELECT 'change', 1, c.seq, ",
    change_json!(),
    " FROM changes c WHERE c.operation_id = $1 ",
    "UNION ALL SELECT 'reading', 2, r.seq, ",
    reading_json!(),
    " FROM operations o JOIN operations r ON r.subscription_id = o.subscription_id AND r.state = 'observed' ",
    "WHERE o.id = $1 AND (r.seq = (SELECT max(b.seq) FROM operations b ",
    "WHERE b.subscription_id = o.subscription_id AND b.state = 'observed' AND b.seq < o.seq) ",
    "OR r.seq = (SELECT min(b.seq) FROM operations b ",
    "WHERE b.subscription_id = o.subscription_id AND b.state = 'observed' AND b.seq > o.seq)) ",
    "UNION ALL SELECT 'audit', 3, a.seq, ",
    audit_json!(),
    " FROM audit a WHERE a.subject = $1 ORDER BY 2, 3"
);

#[derive(Deserialize)]
struct EntryRow {
    leased_by: Option<String>,
    lease_left: i64,
    request_id: Option<String>,
    last_error: Option<String>,
    created_at: i64,
    settled_at: Option<i64>,
    quoted: Option<i64>,
    billed: Option<i64>,
}

#[derive(Deserialize)]
struct ReadingRow {
    id: String,
    mandate_id: String,
    subscription_id: String,
    stripe_subscription_id: String,
    stripe_item_id: String,
    quantity: i64,
    #[serde(deserialize_with = "super::rows::flag_or_false")]
    price_at_odds: bool,
    at: i64,
}

#[async_trait]
impl LedgerStore for SqlStore {
    async fn operations(&self, filter: &LedgerFilter) -> Result<Vec<LedgerEntry>, StoreError> {
        let query = self
            .session
            .query(OPERATIONS)
            .bind(filter.mandate_id.clone())
            .bind(flag(filter.unresolved))
            .bind(filter.limit);
        self.session.rows_alone(&self.readers, query).await?.iter().map(ledger_entry).collect()
    }

    async fn waiting_changes(&self) -> Result<i64, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(WAITING)).await?;
        Ok(rows.first().map(Row::decode).transpose()?.unwrap_or(0))
    }

    async fn operation(&self, id: &str) -> Result<Option<LedgerDetail>, StoreError> {
        let (mut found, mut changes, mut readings, mut audit) = (None, Vec::new(), Vec::new(), Vec::new());
        for row in self.session.rows_alone(&self.readers, self.session.query(OPERATION).bind(id.to_owned())).await? {
            match row.kind.as_str() {
                "operation" => found = Some(ledger_entry(&row)?),
                "change" => changes.push(change(&row)?),
                "reading" => readings.push(reading(&row)?),
                _ => audit.push(entry(&row)?),
            }
        }
        Ok(found.map(|entry| LedgerDetail { entry, changes, readings, audit }))
    }

    async fn resolve(&self, resolution: &Resolution) -> Result<Resolved, StoreError> {
        self.write_resolution(resolution).await
    }
}

fn ledger_entry(row: &Row) -> Result<LedgerEntry, StoreError> {
    let EntryRow { leased_by, lease_left, request_id, last_error, created_at, settled_at, quoted, billed } =
        row.decode()?;
    let lease = leased_by.filter(|_| lease_left > 0).map(|host| Lease { host, left: lease_left });
    Ok(LedgerEntry {
        operation: operation(row)?,
        lease,
        request_id,
        last_error,
        created_at,
        settled_at,
        quoted,
        billed,
    })
}

fn reading(row: &Row) -> Result<Reading, StoreError> {
    let row: ReadingRow = row.decode()?;
    Ok(Reading {
        id: row.id,
        mandate_id: row.mandate_id,
        subscription_id: row.subscription_id,
        target: BillingTarget { subscription: row.stripe_subscription_id, item: row.stripe_item_id },
        quantity: row.quantity,
        price_at_odds: row.price_at_odds,
        at: row.at,
    })
}
