//! What people who were erased are marked with, and whether somebody is. The key is in the database, so that all hosts have
//! it without a setting: without it, or with another, everybody who was erased would get a second home mandate.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use sqlx::AnyConnection;

use crate::{
    adapters::sql::{
        error::inconsistent,
        session::{Row, Session},
    },
    ports::store::StoreError,
};

/// Whoever is second gets the key of the first. $1 key.
const KEEP_KEY: &str = "INSERT INTO erasure_key (one, key) VALUES (1, $1) ON CONFLICT (one) DO NOTHING";

const KEY: &str = "SELECT 'erasure key' AS kind, CAST(json_object('key', k.key) AS TEXT) AS json FROM erasure_key k";

/// The kind of the row that [`key_row`] reads.
pub(in crate::adapters::sql) const ERASURE_KEY: &str = "erasure key";

/// A row with the key, where anybody was erased and the user of $1 is not known to have had a home mandate.
macro_rules! key_row {
    () => {
        "SELECT 'erasure key', CAST(0 AS BIGINT), CAST(json_object('key', k.key) AS TEXT) FROM erasure_key k \
         WHERE NOT EXISTS (SELECT 1 FROM home_grants g WHERE g.user_id = $1)"
    };
}
pub(in crate::adapters::sql) use key_row;

/// $1 mark.
const ADD: &str = "INSERT INTO erased_people (mark) VALUES ($1) ON CONFLICT (mark) DO NOTHING";

/// $1 mark.
pub(in crate::adapters::sql) const MARKED: &str =
    "SELECT 'marked' AS kind, '1' AS json FROM erased_people p WHERE p.mark = $1";

#[derive(Deserialize)]
struct KeyRow {
    key: String,
}

/// The mark of a user: 64 hexadecimal digits.
///
/// # Errors
/// [`StoreError::Inconsistent`] without a key.
pub(in crate::adapters::sql) fn mark(key: &str, user_id: &str) -> Result<String, StoreError> {
    // An empty key would be nobody's secret.
    let made = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok().filter(|_| !key.is_empty());
    let Some(mut mac) = made else { return Err(inconsistent("the key of erasure is of no use")) };
    mac.update(user_id.as_bytes());
    Ok(hexadecimal(&mac.finalize().into_bytes()))
}

/// Reads the row of a key.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn key_of(row: &Row) -> Result<String, StoreError> {
    row.decode::<KeyRow>().map(|row| row.key)
}

/// The key, where anybody was erased.
///
/// # Errors
/// [`StoreError`].
pub(in crate::adapters::sql) async fn key(
    session: &Session,
    on: &mut AnyConnection,
) -> Result<Option<String>, StoreError> {
    session.rows(on, session.query(KEY)).await?.first().map(key_of).transpose()
}

/// Marks a user, with the key that is there or else with a fresh one.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn add(
    session: &Session,
    on: &mut AnyConnection,
    user_id: &str,
    fresh: &[u8; 32],
) -> Result<(), StoreError> {
    session.run(on, session.query(KEEP_KEY).bind(hexadecimal(fresh))).await?;
    let Some(key) = key(session, on).await? else { return Err(inconsistent("the key of erasure is not there")) };
    session.run(on, session.query(ADD).bind(mark(&key, user_id)?)).await.map(|_| ())
}

/// Whether a user is marked.
///
/// # Errors
/// [`StoreError`].
pub(in crate::adapters::sql) async fn is_marked(
    session: &Session,
    on: &mut AnyConnection,
    user_id: &str,
) -> Result<bool, StoreError> {
    let Some(key) = key(session, on).await? else { return Ok(false) };
    Ok(!session.rows(on, session.query(MARKED).bind(mark(&key, user_id)?)).await?.is_empty())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
