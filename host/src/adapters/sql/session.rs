//! Runs statements: translated, prepared, bounded in time, with errors in our own words.

use std::time::Duration;

use serde::de::DeserializeOwned;
use sqlx::{
    Any, AnyConnection, AnyPool, AssertSqlSafe, Row as _,
    any::{AnyArguments, AnyRow},
};

use super::{
    dialect::Dialect,
    error::{inconsistent, too_slow},
};
use crate::ports::store::StoreError;

/// A statement with its values. It is prepared once per connection and kept.
pub(super) type Query = sqlx::query::Query<'static, Any, AnyArguments>;

/// A transaction under way. Dropping it rolls it back.
pub(super) type Transaction = sqlx::Transaction<'static, Any>;

/// How statements are run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    /// The engine.
    pub(super) dialect: Dialect,
    /// Most time until an answer.
    pub(super) limit: Duration,
}

/// One row of a read. Reads of different shapes are put together as `kind`, `seq` and a JSON object of named columns.
pub(super) struct Row {
    /// Which shape.
    pub(super) kind: String,
    json: String,
}

impl Row {
    /// The row in its shape.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when it does not have it.
    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        decode(&self.kind, &self.json)
    }

    /// The row as it was read.
    pub(super) fn text(&self) -> &str {
        &self.json
    }
}

/// A JSON text in its shape.
///
/// # Errors
/// [`StoreError::Inconsistent`] when it does not have it.
pub(super) fn decode<T: DeserializeOwned>(what: &str, json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json)
        .map_err(|error| inconsistent(format!("a row of kind `{what}` is not readable at column {}", error.column())))
}

impl Session {
    /// A statement in the engine's words.
    pub(super) fn query(&self, sql: &str) -> Query {
        sqlx::query(AssertSqlSafe(self.dialect.translate(sql)))
    }

    /// Begins a writing transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn begin(&self, writer: &AnyPool) -> Result<Transaction, StoreError> {
        self.begin_with(writer, self.dialect.begin()).await
    }

    /// Begins a transaction whose reads all see the same moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn begin_picture(&self, readers: &AnyPool) -> Result<Transaction, StoreError> {
        self.begin_with(readers, self.dialect.begin_picture()).await
    }

    /// In a task of its own, which goes on when time is up: a beginning that is given up half-way would leave its
    /// connection in a transaction that the pool knows nothing of, and what others then write on it alone would not be
    /// committed. One that comes too late is dropped, and so rolled back.
    async fn begin_with(&self, pool: &AnyPool, statement: &'static str) -> Result<Transaction, StoreError> {
        let pool = pool.clone();
        let beginning = tokio::spawn(async move { pool.begin_with(statement).await });
        self.bounded(async { beginning.await.unwrap_or(Err(sqlx::Error::WorkerCrashed)) }).await
    }

    /// Commits.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: whether it was committed is then found out by reading.
    pub(super) async fn commit(&self, transaction: Transaction) -> Result<(), StoreError> {
        self.bounded(transaction.commit()).await
    }

    /// Rolls back and waits for it, so that the locks are free when this returns.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn roll_back(&self, transaction: Transaction) -> Result<(), StoreError> {
        self.bounded(transaction.rollback()).await
    }

    /// Runs a statement and says how many rows it touched.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn run(&self, on: &mut AnyConnection, query: Query) -> Result<u64, StoreError> {
        self.bounded(query.execute(on)).await.map(|done| done.rows_affected())
    }

    /// Runs a single statement, not in a transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn run_alone(&self, on: &AnyPool, query: Query) -> Result<u64, StoreError> {
        self.bounded(query.execute(on)).await.map(|done| done.rows_affected())
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn rows(&self, on: &mut AnyConnection, query: Query) -> Result<Vec<Row>, StoreError> {
        self.decode_rows(&self.bounded(query.fetch_all(on)).await?)
    }

    /// Runs a single statement, not in a transaction, and returns its rows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn rows_alone(&self, on: &AnyPool, query: Query) -> Result<Vec<Row>, StoreError> {
        self.decode_rows(&self.bounded(query.fetch_all(on)).await?)
    }

    /// Rows as the driver gave them.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`].
    pub(super) fn decode_rows(&self, rows: &[AnyRow]) -> Result<Vec<Row>, StoreError> {
        rows.iter()
            .map(|row| Ok(Row { kind: row.try_get("kind")?, json: row.try_get("json")? }))
            .collect::<Result<_, sqlx::Error>>()
            .map_err(|error| self.dialect.error(&error))
    }

    /// The engine's own limits come first; this one is for an engine that says nothing at all.
    pub(super) async fn bounded<T>(&self, work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
        let limit = self.limit + self.limit / 4;
        match tokio::time::timeout(limit, work).await {
            Ok(done) => done.map_err(|error| self.dialect.error(&error)),
            Err(_) => Err(too_slow(limit)),
        }
    }
}

/// The placeholders of a list of `length` values from `$first` on: `$3, $4, $5`.
pub(super) fn list(first: usize, length: usize) -> String {
    (first..first + length).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// The placeholders of several rows to be inserted: `($1, $2), ($3, $4)`.
pub(super) fn tuples(rows: usize, columns: usize) -> String {
    (0..rows).map(|row| format!("({})", list(row * columns + 1, columns))).collect::<Vec<_>>().join(", ")
}

/// A flag as it is stored.
pub(super) fn flag(value: bool) -> i64 {
    i64::from(value)
}
