//! An entry of the audit trail as it is read and written.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    adapters::sql::session::{Query, Row, decode, list},
    ports::store::{
        StoreError,
        audit::{AuditEntry, AuditRecord, Kept, Origin, Who, chain::Written},
    },
};

/// The columns that are written.
const COLUMNS: &str = "at, actor, action, subject, mandate_id, address, trace_id, reason, before_state, after_state, \
     detail, people, salt";

/// How many of them are values: all but the salt, which the database makes.
pub(in crate::adapters::sql) const WIDTH: usize = 12;

/// The members of the JSON object of `audit a` of which the digest is made.
macro_rules! written_members {
    () => {
        "'at', a.at, 'actor', a.actor, 'action', a.action, 'subject', a.subject, 'mandate_id', a.mandate_id, \
         'address', a.address, 'trace_id', a.trace_id, 'reason', a.reason, 'before_state', a.before_state, \
         'after_state', a.after_state, 'detail', a.detail, 'people', a.people"
    };
}
pub(in crate::adapters::sql) use written_members;

/// The JSON text of a row of `audit a`.
macro_rules! audit_json {
    () => {
        concat!("CAST(json_object(", $crate::adapters::sql::rows::audit::written_members!(), ") AS TEXT)")
    };
}
pub(in crate::adapters::sql) use audit_json;

/// The JSON text of a row of `audit a` with its seal `audit_seals s`.
macro_rules! record_json {
    () => {
        concat!(
            "CAST(json_object('number', s.number, 'erased_at', a.erased_at, 'erased_reason', a.erased_reason, ",
            $crate::adapters::sql::rows::audit::written_members!(),
            ") AS TEXT)"
        )
    };
}
pub(in crate::adapters::sql) use record_json;

#[derive(Deserialize)]
struct RecordRow {
    number: Option<i64>,
    erased_at: Option<i64>,
    erased_reason: Option<String>,
    #[serde(flatten)]
    written: Written,
}

/// The write of an entry, for a statement whose first `bound` values are another's.
pub(in crate::adapters::sql) fn insert(bound: usize) -> String {
    format!("INSERT INTO audit ({COLUMNS}) VALUES ({}, new_id())", list(bound + 1, WIDTH))
}

/// The write of several entries.
pub(in crate::adapters::sql) fn insert_several(entries: usize) -> String {
    let rows: Vec<String> = (0..entries).map(|row| format!("({}, new_id())", list(row * WIDTH + 1, WIDTH))).collect();
    format!("INSERT INTO audit ({COLUMNS}) VALUES {}", rows.join(", "))
}

/// Binds the values of an entry.
pub(in crate::adapters::sql) fn bind(query: Query, entry: &AuditEntry) -> Query {
    let people: Vec<&str> = entry.people().into_iter().collect();
    query
        .bind(entry.at)
        .bind(entry.who.to_string())
        .bind(entry.action.clone())
        .bind(entry.subject.clone())
        .bind(entry.mandate_id.clone())
        .bind(entry.origin.address.clone())
        .bind(entry.origin.trace_id.clone())
        .bind(entry.reason.clone())
        .bind(entry.before.as_ref().map(Value::to_string))
        .bind(entry.after.as_ref().map(Value::to_string))
        .bind(Value::Object(entry.detail.clone()).to_string())
        .bind(Value::from(people).to_string())
}

/// Reads a row that was made with [`audit_json`].
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn entry(row: &Row) -> Result<AuditEntry, StoreError> {
    read(row.decode()?)
}

/// Reads a row that was made with [`record_json`].
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn record(row: &Row) -> Result<AuditRecord, StoreError> {
    let RecordRow { number, erased_at, erased_reason, written } = row.decode()?;
    let at = written.at;
    let kept = match erased_at {
        Some(at) => Kept::Erased { at, reason: erased_reason.unwrap_or_default() },
        None => Kept::Whole(Box::new(read(written)?)),
    };
    Ok(AuditRecord { number, at, kept })
}

fn read(written: Written) -> Result<AuditEntry, StoreError> {
    let state = |text: &Option<String>| text.as_deref().map(|text| decode("audit state", text)).transpose();
    Ok(AuditEntry {
        before: state(&written.before_state)?,
        after: state(&written.after_state)?,
        detail: decode("audit detail", &written.detail)?,
        about: decode("audit people", &written.people)?,
        at: written.at,
        who: Who::Written(written.actor),
        origin: Origin { address: written.address, trace_id: written.trace_id },
        action: written.action,
        subject: written.subject,
        mandate_id: written.mandate_id,
        reason: written.reason,
    })
}

/// What billing, or nobody waiting for it any more, came to for instances. The argument picks rows of `changes c` as they
/// are afterwards. $2 when, $3 who.
macro_rules! settled_changes {
    ($which:expr) => {
        concat!(
            "INSERT INTO audit (at, actor, action, subject, mandate_id, reason, before_state, after_state, detail, people, ",
            "salt) SELECT CAST($2 AS BIGINT), CAST($3 AS TEXT), CASE c.state WHEN 'done' THEN 'confirm ' ",
            "WHEN 'failed' THEN 'refuse ' ELSE 'cancel ' END || c.kind, c.instance_id, c.mandate_id, '', ",
            "CASE WHEN c.kind = 'end' THEN '{\"state\":\"active\"}' ELSE '{\"state\":\"reserved\"}' END, ",
            "CASE WHEN c.kind = 'end' THEN CASE WHEN c.state = 'done' THEN '{\"state\":\"ended\"}' ",
            "ELSE '{\"state\":\"active\"}' END WHEN c.state = 'done' AND EXISTS (SELECT 1 FROM instances i ",
            "WHERE i.id = c.instance_id AND i.state = 'active') THEN '{\"state\":\"active\"}' ",
            "WHEN c.kind = 'restore' THEN '{\"state\":\"ended\"}' END, ",
            "CAST(json_object('change', c.id, 'operation', c.operation_id, 'featureCode', c.feature_code) AS TEXT), ",
            "'[]', new_id() FROM changes c WHERE c.kind IN ('activate', 'restore', 'end') AND ",
            $which,
            " ORDER BY c.seq"
        )
    };
}
pub(in crate::adapters::sql) use settled_changes;

/// Those that waited for an operation. $1 operation.
pub(in crate::adapters::sql) const SETTLED: &str =
    settled_changes!("c.operation_id = $1 AND c.gate IS NOT NULL AND c.state IN ('done', 'failed')");
