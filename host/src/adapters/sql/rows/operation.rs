//! An operation of the ledger as it is read and written.

use serde::Deserialize;

use super::gate;
use crate::{
    adapters::sql::{
        error::inconsistent,
        rows::change::{change, change_json},
        session::{Query, Row, Session},
    },
    ports::{
        billing::BillingTarget,
        store::{
            StoreError,
            operation::{Carried, Direction, NewOperation, OperationRecord, OperationState},
        },
    },
};

/// The members of the JSON object of a row of `operations o` that is no reading.
macro_rules! operation_members {
    () => {
        "'id', o.id, 'seq', o.seq, 'mandate_id', o.mandate_id, 'subscription_id', o.subscription_id, \
         'stripe_subscription_id', o.stripe_subscription_id, 'stripe_item_id', o.stripe_item_id, \
         'direction', o.direction, 'gate', o.gate, 'from_quantity', o.from_quantity, 'to_quantity', o.to_quantity, \
         'proration_at', o.proration_at, 'state', o.state, 'attempt', o.attempt, 'tries', o.tries, \
         'may_have_run', o.may_have_run, 'first_sent_at', o.first_sent_at, 'in_doubt_since', o.in_doubt_since, \
         'next_at', o.next_at, 'fence', o.fence"
    };
}
pub(in crate::adapters::sql) use operation_members;

/// An operation with its changes: $1.
pub(in crate::adapters::sql) const CARRIED: &str = concat!(
    "SELECT 'operation' AS kind, CAST(0 AS BIGINT) AS seq, CAST(json_object(",
    operation_members!(),
    ") AS TEXT) AS json FROM operations o WHERE o.id = $1 ",
    "UNION ALL SELECT 'change', c.seq, ",
    change_json!(),
    " FROM changes c WHERE c.operation_id = $1 ORDER BY 2"
);

/// Writes an operation, `sent` under a lease when a host ($10) sends it at once. Lease times are the database's.
const INSERT: &str = "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, stripe_item_id, \
     direction, from_quantity, to_quantity, proration_at, leased_by, created_at, gate, state, fence, lease_until, \
     first_sent_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $13, \
     CASE WHEN $10 IS NULL THEN 'prepared' ELSE 'sent' END, CASE WHEN $10 IS NULL THEN 0 ELSE 1 END, \
     CASE WHEN $10 IS NULL THEN 0 ELSE now_ms() + $12 END, CASE WHEN $10 IS NULL THEN NULL ELSE now_ms() END) \
     RETURNING 'operation' AS kind, CAST(seq AS TEXT) AS json";

const STATES: [OperationState; 6] = [
    OperationState::Prepared,
    OperationState::Sent,
    OperationState::InDoubt,
    OperationState::Applied,
    OperationState::Rejected,
    OperationState::Dissolved,
];

#[derive(Deserialize)]
struct OperationRow {
    id: String,
    seq: i64,
    mandate_id: String,
    subscription_id: String,
    stripe_subscription_id: String,
    stripe_item_id: String,
    direction: String,
    gate: String,
    from_quantity: i64,
    to_quantity: i64,
    proration_at: Option<i64>,
    state: String,
    attempt: i64,
    tries: i64,
    #[serde(deserialize_with = "super::flag")]
    may_have_run: bool,
    first_sent_at: Option<i64>,
    in_doubt_since: Option<i64>,
    next_at: i64,
    fence: i64,
}

/// Puts the rows of [`CARRIED`] together; `None` when there is no such operation.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn carried(rows: &[Row]) -> Result<Option<Carried>, StoreError> {
    let mut found = None;
    let mut changes = Vec::new();
    for row in rows {
        match row.kind.as_str() {
            "operation" => found = Some(operation(row)?),
            _ => changes.push(change(row)?),
        }
    }
    Ok(found.map(|operation| Carried { operation, changes }))
}

/// How far an operation is, by the word that is stored.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn state_of(word: &str) -> Result<OperationState, StoreError> {
    let state = STATES.into_iter().find(|state| state.as_str() == word);
    state.ok_or_else(|| inconsistent("an operation is in an unknown state"))
}

/// Reads a row that was made with [`operation_members`], and maybe more.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn operation(row: &Row) -> Result<OperationRecord, StoreError> {
    let row: OperationRow = row.decode()?;
    Ok(OperationRecord {
        direction: [Direction::Raise, Direction::Lower, Direction::Mixed]
            .into_iter()
            .find(|direction| direction.as_str() == row.direction)
            .ok_or_else(|| inconsistent("an operation has an unknown direction"))?,
        state: state_of(&row.state)?,
        gate: gate(&row.gate)?,
        id: row.id,
        seq: row.seq,
        mandate_id: row.mandate_id,
        subscription_id: row.subscription_id,
        target: BillingTarget { subscription: row.stripe_subscription_id, item: row.stripe_item_id },
        from_quantity: row.from_quantity,
        to_quantity: row.to_quantity,
        proration_at: row.proration_at,
        attempt: row.attempt,
        tries: row.tries,
        may_have_run: row.may_have_run,
        first_sent_at: row.first_sent_at,
        in_doubt_since: row.in_doubt_since,
        next_at: row.next_at,
        fence: row.fence,
    })
}

/// The statement that writes an operation; it returns its `seq` as a row.
pub(in crate::adapters::sql) fn insert(session: &Session, operation: &NewOperation) -> Query {
    let (host, lease) = operation.lease.clone().unzip();
    session
        .query(INSERT)
        .bind(operation.id.clone())
        .bind(operation.mandate_id.clone())
        .bind(operation.subscription_id.clone())
        .bind(operation.target.subscription.clone())
        .bind(operation.target.item.clone())
        .bind(operation.direction.as_str())
        .bind(operation.from_quantity)
        .bind(operation.to_quantity)
        .bind(operation.proration_at)
        .bind(host)
        .bind(operation.created_at)
        .bind(lease.unwrap_or(0))
        .bind(operation.gate.as_str())
}
