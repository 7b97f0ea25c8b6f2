//! Import and export: `load` writes a whole document in one transaction, `dump` reads one.

mod bulk;
mod cells;
mod differences;
mod dump;
mod load;
mod oddities;
mod references;
mod replace;
pub(super) mod rows;
mod sections;
mod tables;
mod words;

use async_trait::async_trait;
use sqlx::AnyConnection;

use super::{SqlStore, dialect::Dialect};
use crate::{
    ports::{
        clock::Millis,
        store::{
            StoreError,
            audit::AuditEntry,
            transfer::{LoadError, LoadMode, TransferStore},
        },
    },
    transfer::{Document, Warning},
};

#[async_trait]
impl TransferStore for SqlStore {
    async fn load(&self, document: &Document, how: LoadMode, note: &AuditEntry) -> Result<Vec<Warning>, LoadError> {
        let mut transaction = self.session.begin(&self.writer).await?;
        match load::load(&mut transaction, &self.session, document, how, note).await {
            Ok(warnings) => {
                // Not bounded in time like a request's: a large file takes as long as the disk needs.
                transaction.commit().await.map_err(|error| self.session.dialect.error(&error))?;
                Ok(warnings)
            }
            Err(failure) => {
                // Dropping the transaction would roll it back too, but later than the answer.
                let _ = self.session.roll_back(transaction).await;
                Err(failure.said(self.session.dialect))
            }
        }
    }

    async fn dump(&self) -> Result<Document, StoreError> {
        let dialect = self.session.dialect;
        let mut transaction = self.session.begin_picture(&self.readers).await?;
        let document = dump::dump(&mut transaction).await.map_err(|error| dialect.error(&error))?;
        self.session.roll_back(transaction).await?;
        Ok(document)
    }
}

/// Writes the entries of a document that an import would insert or update, in the caller's transaction, after the same
/// checks against what the database holds.
pub(super) async fn write(
    connection: &mut AnyConnection,
    dialect: Dialect,
    document: &Document,
    now: Millis,
) -> Result<(), LoadError> {
    let written = async {
        references::none_dangling(connection, document).await?;
        references::none_taken(connection, document).await?;
        sections::write(connection, document, false, now).await.map_err(Failure::from)
    };
    written.await.map_err(|failure| failure.said(dialect))
}

/// Why a load stopped, before it is known on which engine.
enum Failure {
    /// The document does not fit the database.
    Refused(LoadError),
    /// A statement failed.
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl Failure {
    /// The failure in the port's words.
    fn said(self, dialect: Dialect) -> LoadError {
        match self {
            Self::Refused(error) => error,
            Self::Database(error) => dialect.error(&error).into(),
        }
    }
}
