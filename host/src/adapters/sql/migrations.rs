//! The schema's migrations, embedded in the binary.

use std::borrow::Cow;

use sqlx::{
    SqlSafeStr as _,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{
    SqlStore,
    dialect::Dialect,
    error::{inconsistent, unavailable},
};
use crate::ports::store::StoreError;

/// Version, description, SQL for SQLite, SQL for PostgreSQL. Both engines have the same versions.
const MIGRATIONS: [(i64, &str, &str, &str); 1] = [(
    1,
    "schema",
    concat!(
        include_str!("../../../migrations/0001_schema.sql"),
        include_str!("../../../migrations/0001_schema.sqlite.sql")
    ),
    concat!(
        include_str!("../../../migrations/0001_schema.sql"),
        include_str!("../../../migrations/0001_schema.postgres.sql")
    ),
)];

const APPLIED: &str = "SELECT 'migration' AS kind, CAST(version AS TEXT) AS json FROM _sqlx_migrations WHERE success";

impl SqlStore {
    /// Brings the schema up to date. Several hosts may do so at once.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when the schema is newer than this binary or was changed by hand.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let migrator = migrator(self.session.dialect);
        // `run_direct` is what `run` calls; the future of `run` cannot be sent between threads.
        match self.session.dialect {
            // SQLite's migrator takes no lock of its own.
            Dialect::Sqlite => {
                let mut transaction = self.session.begin(&self.writer).await?;
                let done = migrator.run_direct(None, &mut *transaction, false).await;
                done.map_err(|error| self.migration_error(&error))?;
                self.session.commit(transaction).await
            }
            Dialect::Postgres => {
                let mut connection = self.writer.acquire().await.map_err(|error| self.session.dialect.error(&error))?;
                let done = migrator.run_direct(None, &mut *connection, false).await;
                done.map_err(|error| self.migration_error(&error))
            }
        }
    }

    /// The versions that the schema lacks, in order.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when the schema is newer than this binary.
    pub async fn pending(&self) -> Result<Vec<i64>, StoreError> {
        let applied = self.applied().await?;
        if let Some(unknown) = applied.iter().find(|version| MIGRATIONS.iter().all(|known| known.0 != **version)) {
            return Err(newer(*unknown));
        }
        Ok(MIGRATIONS.iter().map(|known| known.0).filter(|version| !applied.contains(version)).collect())
    }

    async fn applied(&self) -> Result<Vec<i64>, StoreError> {
        let answer = tokio::time::timeout(self.session.limit, self.session.query(APPLIED).fetch_all(&self.readers))
            .await
            .map_err(|_| super::error::too_slow(self.session.limit))?;
        match answer {
            Err(sqlx::Error::Database(error)) if self.session.dialect.is_missing_table(error.as_ref()) => {
                Ok(Vec::new())
            }
            Err(error) => Err(self.session.dialect.error(&error)),
            Ok(rows) => self.session.decode_rows(&rows)?.iter().map(super::session::Row::decode).collect(),
        }
    }

    fn migration_error(&self, error: &MigrateError) -> StoreError {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                self.session.dialect.error(error)
            }
            MigrateError::VersionMissing(version) => newer(*version),
            MigrateError::VersionMismatch(version) => {
                inconsistent(format!("migration {version} is not the one this binary holds"))
            }
            MigrateError::Dirty(version) => inconsistent(format!("migration {version} stopped half way")),
            _ => unavailable("the migration did not run"),
        }
    }
}

fn newer(version: i64) -> StoreError {
    inconsistent(format!("the schema has migration {version}, which this binary does not know: start a newer one"))
}

fn migrator(dialect: Dialect) -> Migrator {
    Migrator::with_migrations(
        MIGRATIONS
            .into_iter()
            .map(|(version, description, sqlite, postgres)| {
                let sql = match dialect {
                    Dialect::Sqlite => sqlite,
                    Dialect::Postgres => postgres,
                };
                Migration::new(version, Cow::Borrowed(description), MigrationType::Simple, sql.into_sql_str(), false)
            })
            .collect(),
    )
}
