//! Erases what entries say; their digests stay, so that the chain is as whole as before.

use serde::Deserialize;
use sqlx::AnyConnection;

use super::{add, seal::seal};
use crate::{
    adapters::sql::session::{Row, Session, list},
    ports::store::{
        StoreError,
        audit::{AuditEntry, ERASE},
    },
};

/// Entries that are sealed at once.
const PIECE: i64 = 500;

/// Entries that are emptied by one statement.
const CHUNK: usize = 500;

/// $1 when, $2 why.
const EMPTY: &str = "UPDATE audit SET actor = '', action = '', subject = '', mandate_id = NULL, address = NULL, \
     trace_id = NULL, reason = '', before_state = NULL, after_state = NULL, detail = '{}', people = '[]', salt = '', \
     erased_at = $1, erased_reason = $2";

/// Which entries: $1. What tells of an erasure names nobody and is in no mandate.
const OF_PERSON: &str = "SELECT p.entry FROM audit_people p WHERE p.user_id = $1";
const OF_MANDATE: &str = "SELECT m.seq FROM audit m WHERE m.mandate_id = $1";

/// Whose entries are erased.
pub(in crate::adapters::sql) enum Whose<'a> {
    /// All that name a user: who did it, to whom, or anywhere in the states before and after.
    Person(&'a str),
    /// All about what is in a mandate.
    Mandate(&'a str),
}

#[derive(Deserialize)]
struct SealedRow {
    number: i64,
    entry: i64,
}

/// Erases in the caller's transaction: what has no seal yet gets it first, then all that is said goes. `entry`, whose action
/// is [`ERASE`], is added with the numbers. Returns how many were erased.
///
/// # Errors
/// [`StoreError`].
pub(in crate::adapters::sql) async fn erase(
    session: &Session,
    on: &mut AnyConnection,
    whose: &Whose<'_>,
    entry: &AuditEntry,
) -> Result<u64, StoreError> {
    while seal(session, on, PIECE, true).await? > 0 {}
    let (which, name) = match whose {
        Whose::Person(id) => (OF_PERSON, id),
        Whose::Mandate(id) => (OF_MANDATE, id),
    };
    let sealed = format!(
        "SELECT 'sealed' AS kind, CAST(json_object('number', s.number, 'entry', s.entry) AS TEXT) AS json \
         FROM audit_seals s JOIN audit a ON a.seq = s.entry WHERE a.erased_at IS NULL AND s.entry IN ({which}) \
         ORDER BY s.number"
    );
    let rows = session.rows(on, session.query(&sealed).bind((*name).to_owned())).await?;
    let sealed = rows.iter().map(Row::decode).collect::<Result<Vec<SealedRow>, _>>()?;
    if sealed.is_empty() {
        return Ok(0);
    }
    for chunk in sealed.chunks(CHUNK) {
        let empty = format!("{EMPTY} WHERE seq IN ({})", list(3, chunk.len()));
        let empty = session.query(&empty).bind(entry.at).bind(entry.reason.clone());
        session.run(on, chunk.iter().fold(empty, |query, sealed| query.bind(sealed.entry))).await?;
        let nobody = format!("DELETE FROM audit_people WHERE entry IN ({})", list(1, chunk.len()));
        let nobody = session.query(&nobody);
        session.run(on, chunk.iter().fold(nobody, |query, sealed| query.bind(sealed.entry))).await?;
    }
    let mut entry = AuditEntry { action: ERASE.to_owned(), ..entry.clone() };
    entry.detail.insert("numbers".to_owned(), sealed.iter().map(|sealed| sealed.number).collect());
    add(session, on, &entry).await?;
    Ok(u64::try_from(sealed.len()).unwrap_or(u64::MAX))
}
