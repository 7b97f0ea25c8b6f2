//! Loads a document: lock, empty if it replaces, check against the database, write, and see what is odd.

use sqlx::AnyConnection;

use super::{failed, oddities, references, replace, sections};
use crate::{
    ports::{
        clock::Millis,
        store::transfer::{LoadError, LoadMode},
    },
    transfer::{Document, Warning},
};

/// Does all of the load inside the caller's transaction, which is rolled back on an error.
pub(super) async fn load(
    connection: &mut AnyConnection,
    document: &Document,
    how: LoadMode,
    now: Millis,
) -> Result<Vec<Warning>, LoadError> {
    lock(connection).await.map_err(failed)?;
    if let LoadMode::Replace { discard_billing } = how {
        replace::empty(connection, document, discard_billing).await?;
    }
    references::none_dangling(connection, document).await?;
    references::none_taken(connection, document).await?;
    sections::write(connection, document, matches!(how, LoadMode::Replace { .. }), now).await.map_err(failed)?;
    oddities::find(connection, document).await.map_err(failed)
}

/// Takes the locks of all mandates before anything else is touched: whoever holds one finishes first, and whoever comes
/// later decides on what the load wrote.
async fn lock(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE mandates SET lock_version = lock_version + 1").execute(connection).await?;
    Ok(())
}
