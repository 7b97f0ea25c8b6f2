//! Loads a document: lock, empty if it replaces, check against the database, write, tell what changed, and see what is odd.

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{Failure, differences, dump, oddities, references, replace, sections};
use crate::{
    adapters::sql::{audit, dialect::Dialect, session::Session},
    ports::{
        clock::Millis,
        store::{audit::AuditEntry, transfer::LoadMode},
    },
    transfer::{Document, Warning},
};

/// Does all of the load inside the caller's transaction, which is rolled back on an error.
pub(super) async fn load(
    connection: &mut AnyConnection,
    session: &Session,
    document: &Document,
    how: LoadMode,
    note: &AuditEntry,
) -> Result<Vec<Warning>, Failure> {
    let now = lock(connection, session.dialect).await?;
    let before = dump::dump(connection).await?;
    if let LoadMode::Replace { discard_billing } = how {
        replace::empty(connection, document, discard_billing).await?;
    }
    references::none_dangling(connection, document).await?;
    references::none_taken(connection, document).await?;
    sections::write(connection, document, matches!(how, LoadMode::Replace { .. }), now).await?;
    let after = dump::dump(connection).await?;
    let told = differences::told(note, &before, &after)?;
    audit::add_all(session, connection, &told).await?;
    Ok(oddities::find(connection, document).await?)
}

/// Takes the locks of all mandates before anything else is touched: whoever holds one finishes first, and whoever comes
/// later decides on what the load wrote. Returns the database's time afterwards.
async fn lock(connection: &mut AnyConnection, dialect: Dialect) -> Result<Millis, sqlx::Error> {
    if let Some(statement) = dialect.unhurried() {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    sqlx::query("UPDATE mandates SET lock_version = lock_version + 1").execute(&mut *connection).await?;
    sqlx::query(AssertSqlSafe(dialect.translate("SELECT now_ms()"))).fetch_one(connection).await?.try_get(0)
}
