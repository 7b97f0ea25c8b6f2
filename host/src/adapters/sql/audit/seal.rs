//! Seals: committed entries get their numbers and hashes.
//!
//! What is committed is seen by whoever holds the chain's row; so it does not matter that an entry with a lower `seq` may be
//! committed after one with a higher one. Whoever is killed in the middle leaves nothing.

use serde::Deserialize;
use sqlx::AnyConnection;

use crate::{
    adapters::sql::{
        rows::audit::written_members,
        session::{Row, Session, list, tuples},
    },
    ports::store::{
        StoreError,
        audit::chain::{Written, hash},
    },
};

/// Whoever seals, or moves the anchor, holds this row until the transaction ends.
const HEAD: &str = "SELECT 'head' AS kind, CAST(json_object('number', c.number, 'hash', c.hash, \
     'anchor', c.anchor_number) AS TEXT) AS json FROM audit_chain c WHERE c.one = 1 FOR UPDATE";

/// $1 how many.
const UNSEALED: &str = concat!(
    "SELECT 'entry' AS kind, CAST(json_object('seq', a.seq, 'salt', a.salt, ",
    written_members!(),
    ") AS TEXT) AS json FROM audit_unsealed u JOIN audit a ON a.seq = u.entry ORDER BY u.entry LIMIT $1"
);

const ADVANCE: &str = "UPDATE audit_chain SET number = $1, hash = $2 WHERE one = 1";

/// Where the chain ends, and where what is kept of it begins.
#[derive(Deserialize)]
pub(super) struct Head {
    /// The newest number.
    pub(super) number: i64,
    /// Its hash.
    pub(super) hash: String,
    /// Up to here entries are removed.
    pub(super) anchor: i64,
}

#[derive(Deserialize)]
struct UnsealedRow {
    seq: i64,
    salt: String,
    #[serde(flatten)]
    written: Written,
}

/// Takes the chain's row; `None` when somebody else has it, unless that is waited for.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn take(
    session: &Session,
    on: &mut AnyConnection,
    patiently: bool,
) -> Result<Option<Head>, StoreError> {
    let skipping = if patiently { "" } else { " SKIP LOCKED" };
    session.rows(on, session.query(&format!("{HEAD}{skipping}"))).await?.first().map(Row::decode).transpose()
}

/// Seals the oldest entries that wait, in the caller's transaction. Returns how many.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn seal(
    session: &Session,
    on: &mut AnyConnection,
    most: i64,
    patiently: bool,
) -> Result<u64, StoreError> {
    let Some(Head { mut number, hash: mut newest, .. }) = take(session, on, patiently).await? else { return Ok(0) };
    let rows = session.rows(on, session.query(UNSEALED).bind(most)).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let mut insert = session
        .query(&format!("INSERT INTO audit_seals (number, entry, at, digest, hash) VALUES {}", tuples(rows.len(), 5)));
    let mut sealed = session.query(&format!("DELETE FROM audit_unsealed WHERE entry IN ({})", list(1, rows.len())));
    for row in &rows {
        let UnsealedRow { seq, salt, written } = row.decode()?;
        let digest = written.digest(&salt);
        number += 1;
        newest = hash(&newest, number, written.at, &digest);
        insert = insert.bind(number).bind(seq).bind(written.at).bind(digest).bind(newest.clone());
        sealed = sealed.bind(seq);
    }
    session.run(on, insert).await?;
    session.run(on, sealed).await?;
    session.run(on, session.query(ADVANCE).bind(number).bind(newest)).await?;
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}
