//! A change as it is read and written.

use core_wasm::settings::Gate;
use serde::Deserialize;

use super::{audit, decision, event, gate};
use crate::{
    adapters::sql::{
        error::inconsistent,
        session::{Query, Row, Session, decode, flag},
    },
    ports::store::{
        StoreError,
        audit::AuditEntry,
        change::{Batch, ChangeKind, ChangeRecord, ChangeState, ListedChange},
        decision::NewDecision,
        snapshot::RequestKey,
    },
};

/// The members of the JSON object of `changes c`.
macro_rules! change_members {
    () => {
        "'id', c.id, 'kind', c.kind, 'state', c.state, 'mandate_id', c.mandate_id, \
         'feature_code', c.feature_code, 'instance_id', c.instance_id, 'user_id', c.user_id, \
         'subject_id', c.subject_id, 'ends_instance', c.ends_instance, 'subscription_id', c.subscription_id, \
         'gate', c.gate, 'effective_at', c.effective_at, 'created_at', c.created_at, 'settled_at', c.settled_at, \
         'operation_id', c.operation_id, 'reasons', c.reasons, 'key_path', c.key_path, 'key', c.key, \
         'key_fingerprint', c.key_fingerprint, 'policy_digest', c.policy_digest, \
         'batch_id', c.batch_id, 'batch_wish', c.batch_wish, 'quote_id', c.quote_id"
    };
}
pub(in crate::adapters::sql) use change_members;

/// The JSON text of a row of `changes c`.
macro_rules! change_json {
    () => {
        concat!("CAST(json_object(", $crate::adapters::sql::rows::change::change_members!(), ") AS TEXT)")
    };
}
pub(in crate::adapters::sql) use change_json;

/// How many values it has.
const VALUES: usize = 23;

const INSERT: &str = "INSERT INTO changes (id, kind, state, mandate_id, feature_code, instance_id, user_id, subject_id, \
     ends_instance, subscription_id, gate, effective_at, created_at, settled_at, operation_id, reasons, key_path, key, \
     key_fingerprint, policy_digest, batch_id, batch_wish, quote_id) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)";

const KINDS: [ChangeKind; 6] = [
    ChangeKind::Activate,
    ChangeKind::Restore,
    ChangeKind::End,
    ChangeKind::Leave,
    ChangeKind::Share,
    ChangeKind::Withdraw,
];

const STATES: [ChangeState; 5] =
    [ChangeState::Queued, ChangeState::Billing, ChangeState::Done, ChangeState::Failed, ChangeState::Cancelled];

#[derive(Deserialize)]
struct ChangeRow {
    id: String,
    kind: String,
    state: String,
    mandate_id: String,
    feature_code: String,
    instance_id: String,
    user_id: String,
    subject_id: Option<String>,
    #[serde(deserialize_with = "super::flag")]
    ends_instance: bool,
    subscription_id: Option<String>,
    gate: Option<String>,
    effective_at: i64,
    created_at: i64,
    settled_at: Option<i64>,
    operation_id: Option<String>,
    reasons: String,
    key_path: Option<String>,
    key: Option<String>,
    key_fingerprint: Option<String>,
    policy_digest: String,
    batch_id: Option<String>,
    batch_wish: Option<String>,
    quote_id: Option<String>,
    /// Name of the user, where it was asked.
    #[serde(default)]
    by: Option<String>,
}

/// Reads a row that was made with [`change_json`].
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn change(row: &Row) -> Result<ChangeRecord, StoreError> {
    record(row.decode()?)
}

/// Reads a row that was made with [`change_members`] and `by`.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn listed(row: &Row) -> Result<ListedChange, StoreError> {
    let mut row: ChangeRow = row.decode()?;
    let by = row.by.take();
    Ok(ListedChange { change: record(row)?, by })
}

fn record(row: ChangeRow) -> Result<ChangeRecord, StoreError> {
    let key = match (row.key_path, row.key, row.key_fingerprint) {
        (Some(path), Some(key), Some(fingerprint)) => Some(RequestKey { path, key, fingerprint }),
        _ => None,
    };
    Ok(ChangeRecord {
        kind: KINDS
            .into_iter()
            .find(|kind| kind.as_str() == row.kind)
            .ok_or_else(|| inconsistent("a change is of an unknown kind"))?,
        state: STATES
            .into_iter()
            .find(|state| state.as_str() == row.state)
            .ok_or_else(|| inconsistent("a change is in an unknown state"))?,
        id: row.id,
        mandate_id: row.mandate_id,
        feature_code: row.feature_code,
        instance_id: row.instance_id,
        user_id: row.user_id,
        subject_id: row.subject_id,
        ends_instance: row.ends_instance,
        subscription_id: row.subscription_id,
        gate: row.gate.as_deref().map(gate).transpose()?,
        effective_at: row.effective_at,
        created_at: row.created_at,
        settled_at: row.settled_at,
        operation_id: row.operation_id,
        reasons: decode("reasons", &row.reasons)?,
        key,
        policy_digest: row.policy_digest,
        batch: row.batch_id.map(|id| Batch { id, wish: row.batch_wish }),
        quote_id: row.quote_id,
    })
}

/// The statement that writes a change together with the decision that let it through, who did it and, where it is done
/// with that, the events that tell of it.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn insert(
    session: &Session,
    change: &ChangeRecord,
    decision: &NewDecision,
    note: &AuditEntry,
    is_done: bool,
) -> Result<Query, StoreError> {
    let mut writes = vec![INSERT.to_owned()];
    writes.extend(decision::inserts(decision, VALUES));
    writes.push(audit::insert(VALUES + decision::width(decision)));
    writes.extend(event::of_done(change.kind).filter(|_| is_done).map(str::to_owned));
    let query = session
        .query(&session.dialect.together(&writes))
        .bind(change.id.clone())
        .bind(change.kind.as_str())
        .bind(change.state.as_str())
        .bind(change.mandate_id.clone())
        .bind(change.feature_code.clone())
        .bind(change.instance_id.clone())
        .bind(change.user_id.clone())
        .bind(change.subject_id.clone())
        .bind(flag(change.ends_instance))
        .bind(change.subscription_id.clone())
        .bind(change.gate.map(Gate::as_str))
        .bind(change.effective_at)
        .bind(change.created_at)
        .bind(change.settled_at)
        .bind(change.operation_id.clone())
        .bind(reasons_json(&change.reasons)?)
        .bind(change.key.as_ref().map(|key| key.path.clone()))
        .bind(change.key.as_ref().map(|key| key.key.clone()))
        .bind(change.key.as_ref().map(|key| key.fingerprint.clone()))
        .bind(change.policy_digest.clone())
        .bind(change.batch.as_ref().map(|batch| batch.id.clone()))
        .bind(change.batch.as_ref().and_then(|batch| batch.wish.clone()))
        .bind(change.quote_id.clone());
    Ok(audit::bind(decision::bind_new(query, decision), note))
}

/// Reasons as they are stored.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn reasons_json(reasons: &[core_wasm::reason::Reason]) -> Result<String, StoreError> {
    serde_json::to_string(reasons).map_err(|_| inconsistent("reasons cannot be stored"))
}
