//! Removes the oldest entries from the front of the chain, and leaves an anchor from which the rest follows.

use serde::Deserialize;
use sqlx::AnyConnection;

use super::{
    add,
    seal::{Head, take},
};
use crate::{
    adapters::sql::session::Session,
    ports::{
        clock::Millis,
        store::{
            StoreError,
            audit::{AuditEntry, FORGET},
        },
    },
};

/// $1 behind which number, $2 how many.
const OLDEST: &str = "SELECT 'seal' AS kind, CAST(json_object('number', s.number, 'at', s.at, 'hash', s.hash) AS TEXT) \
     AS json FROM audit_seals s WHERE s.number > $1 ORDER BY s.number LIMIT $2";

const ANCHOR: &str = "UPDATE audit_chain SET anchor_number = $1, anchor_hash = $2 WHERE one = 1";

/// In this order: what may go is told by the seals. $1 up to which number.
const REMOVE: [&str; 3] = [
    "DELETE FROM audit_people WHERE entry IN (SELECT s.entry FROM audit_seals s WHERE s.number <= $1)",
    "DELETE FROM audit WHERE seq IN (SELECT s.entry FROM audit_seals s WHERE s.number <= $1)",
    "DELETE FROM audit_seals WHERE number <= $1",
];

#[derive(Deserialize)]
struct SealRow {
    number: i64,
    at: i64,
    hash: String,
}

/// Removes in the caller's transaction. Returns how many.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn forget(
    session: &Session,
    on: &mut AnyConnection,
    (before, most): (Millis, i64),
    entry: &AuditEntry,
) -> Result<u64, StoreError> {
    let Some(Head { anchor, .. }) = take(session, on, true).await? else { return Ok(0) };
    let rows = session.rows(on, session.query(OLDEST).bind(anchor).bind(most)).await?;
    let mut last = None;
    let mut count = 0;
    for row in &rows {
        let seal: SealRow = row.decode()?;
        // An entry that is committed late may be older than those before it: it waits for them.
        if seal.at >= before {
            break;
        }
        count += 1;
        last = Some(seal);
    }
    let Some(SealRow { number, hash, .. }) = last else { return Ok(0) };
    session.run(on, session.query(ANCHOR).bind(number).bind(hash.clone())).await?;
    for statement in REMOVE {
        session.run(on, session.query(statement).bind(number)).await?;
    }
    let mut entry = AuditEntry { action: FORGET.to_owned(), ..entry.clone() };
    entry.detail.insert("upTo".to_owned(), number.into());
    entry.detail.insert("hash".to_owned(), hash.into());
    add(session, on, &entry).await?;
    Ok(count)
}
