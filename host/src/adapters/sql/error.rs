//! What an error of the driver means. No message of a database is passed on: messages quote values.

use std::time::Duration;

use sqlx::error::DatabaseError;

use super::dialect::Dialect;
use crate::ports::store::{Conflict, StoreError};

impl Dialect {
    /// What an error of the driver means.
    pub(super) fn error(self, error: &sqlx::Error) -> StoreError {
        match error {
            sqlx::Error::Database(error) => self.database_error(error.as_ref()),
            sqlx::Error::Io(error) => unavailable(format!("{}", error.kind())),
            sqlx::Error::PoolTimedOut => unavailable("no connection became free in time"),
            sqlx::Error::PoolClosed => unavailable("its connections are closed"),
            sqlx::Error::WorkerCrashed => unavailable("its worker stopped"),
            sqlx::Error::Tls(_) => unavailable("no TLS connection came about"),
            sqlx::Error::Protocol(_) => unavailable("the connection broke in the middle of an answer"),
            sqlx::Error::BeginFailed => unavailable("no transaction was begun"),
            sqlx::Error::Configuration(_) => inconsistent("the database URL cannot be used"),
            sqlx::Error::RowNotFound => inconsistent("a row is missing"),
            sqlx::Error::ColumnNotFound(_) | sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                inconsistent("a column does not have the type this binary reads")
            }
            sqlx::Error::Encode(_) => inconsistent("a value cannot be stored"),
            _ => inconsistent("the driver failed"),
        }
    }

    fn database_error(self, error: &dyn DatabaseError) -> StoreError {
        let code = error.code().unwrap_or_default();
        if error.is_unique_violation() {
            StoreError::Conflict { what: self.conflict(error) }
        } else if self.is_outage(&code) {
            unavailable(format!("code `{code}`"))
        } else {
            let place = error.constraint().or_else(|| error.table()).unwrap_or("unknown");
            inconsistent(format!("code `{code}`, constraint or table `{place}`"))
        }
    }
}

/// Nothing came back within the bound.
pub(super) fn too_slow(limit: Duration) -> StoreError {
    unavailable(format!("no answer within {} ms", limit.as_millis()))
}

/// The store did not answer.
pub(super) fn unavailable(cause: impl Into<String>) -> StoreError {
    StoreError::Unavailable { cause: cause.into() }
}

/// What is stored is not what this binary wrote or reads.
pub(super) fn inconsistent(cause: impl Into<String>) -> StoreError {
    StoreError::Inconsistent { cause: cause.into() }
}

/// Another transaction changed the rows since they were read.
pub(super) fn overtaken() -> StoreError {
    StoreError::Conflict { what: Conflict::Other }
}

/// Checks how many rows a statement touched.
///
/// # Errors
/// [`StoreError::Inconsistent`] when it is another number.
pub(super) fn expect_rows(what: &'static str, touched: u64, expected: usize) -> Result<(), StoreError> {
    if u64::try_from(expected).is_ok_and(|expected| expected == touched) {
        Ok(())
    } else {
        Err(inconsistent(format!("{what}: {touched} rows instead of {expected}")))
    }
}
