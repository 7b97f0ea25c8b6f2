//! The audit trail: rows are added and read, never changed.

use serde::Deserialize;
use sqlx::AnyConnection;

use super::{
    error::inconsistent,
    session::{Row, Session, decode},
};
use crate::ports::store::{StoreError, audit::AuditEntry};

const INSERT: &str = "INSERT INTO audit (at, actor, action, subject, reason, detail) VALUES ($1, $2, $3, $4, $5, $6)";

/// The JSON text of a row of `audit a`.
macro_rules! audit_json {
    () => {
        "CAST(json_object('at', a.at, 'actor', a.actor, 'action', a.action, 'subject', a.subject, \
         'reason', a.reason, 'detail', a.detail) AS TEXT)"
    };
}
pub(super) use audit_json;

#[derive(Deserialize)]
struct AuditRow {
    at: i64,
    actor: String,
    action: String,
    subject: String,
    reason: String,
    detail: String,
}

/// Adds an entry, in the transaction of what it tells of.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn add(session: &Session, on: &mut AnyConnection, entry: &AuditEntry) -> Result<(), StoreError> {
    let detail = serde_json::to_string(&entry.detail).map_err(|_| inconsistent("an audit entry cannot be stored"))?;
    let insert = session
        .query(INSERT)
        .bind(entry.at)
        .bind(entry.actor.clone())
        .bind(entry.action.clone())
        .bind(entry.subject.clone())
        .bind(entry.reason.clone())
        .bind(detail);
    session.run(on, insert).await.map(|_| ())
}

/// Reads a row that was made with [`audit_json`].
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(super) fn entry(row: &Row) -> Result<AuditEntry, StoreError> {
    let AuditRow { at, actor, action, subject, reason, detail } = row.decode()?;
    Ok(AuditEntry { detail: decode("audit detail", &detail)?, at, actor, action, subject, reason })
}
