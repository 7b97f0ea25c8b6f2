//! The store on SQLite (default) or PostgreSQL: one set of SQL through `sqlx::Any`, one file per port.
//!
//! SQLite has two pools: readers, and exactly one connection that writes. On PostgreSQL both are the same pool.

mod audit;
mod binding;
mod catalogue;
mod change;
mod check;
mod decision;
mod dialect;
mod directory;
mod entitlement;
mod erasure;
mod error;
mod event;
mod feature_request;
mod health;
mod history;
mod inbox;
mod ledger;
mod migrations;
mod operation;
mod outbox;
mod pause;
mod policy;
mod portfolio;
mod provision;
mod quote;
mod rows;
mod scim;
mod session;
mod snapshot;
mod storefront;
mod transaction;
mod transfer;
mod upkeep;

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    AnyPool, AssertSqlSafe,
    any::{AnyConnectOptions, AnyPoolOptions},
};

pub use self::dialect::Dialect;
use self::{dialect::Purpose, error::inconsistent, session::Session};
use crate::ports::store::StoreError;

/// A connection that was idle for longer is asked whether it still lives before it is used.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);

/// The store in a database.
#[derive(Clone, Debug)]
pub struct SqlStore {
    readers: AnyPool,
    writer: AnyPool,
    session: Session,
}

/// How a database is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    /// Most connections: all of them on PostgreSQL, the reading ones on SQLite.
    pub connections: u32,
    /// Most time for a connection, a lock or a statement; after a quarter more the store counts as unavailable.
    pub answer_within: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { connections: 16, answer_within: Duration::from_secs(5) }
    }
}

impl SqlStore {
    /// Opens the database: `sqlite:path`, `sqlite://path` (created when missing) or `postgres://…`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not answer, [`StoreError::Inconsistent`] when the URL is of no use.
    pub async fn connect(url: &str, options: StoreOptions) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let dialect = Dialect::of(url).filter(|_| !url.contains(":memory:") && !url.contains("mode=memory"));
        let Some(dialect) = dialect else {
            return Err(inconsistent(
                "the database URL must start with `sqlite:` and name a file, or with `postgres:`",
            ));
        };
        let session = Session { dialect, limit: options.answer_within };
        let url = dialect.driver_url(url);
        // The writer first: it creates the file.
        match dialect {
            Dialect::Sqlite => {
                let writer = pool(session, &url, Purpose::Write, 1).await?;
                let readers = pool(session, &url, Purpose::Read, options.connections).await?;
                Ok(Self { readers, writer, session })
            }
            Dialect::Postgres => {
                let pool = pool(session, &url, Purpose::Write, options.connections).await?;
                Ok(Self { readers: pool.clone(), writer: pool, session })
            }
        }
    }

    /// The engine it runs on.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.session.dialect
    }

    /// Closes all connections, after what is under way.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

async fn pool(session: Session, url: &str, purpose: Purpose, connections: u32) -> Result<AnyPool, StoreError> {
    let options = AnyConnectOptions::from_str(url).map_err(|error| session.dialect.error(&error))?;
    let hello = session.dialect.session(purpose, session.limit);
    AnyPoolOptions::new()
        .max_connections(connections.max(1))
        .acquire_timeout(session.limit)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED_IDLE {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
        .after_connect(move |connection, _| {
            let hello = hello.clone();
            Box::pin(async move { sqlx::raw_sql(AssertSqlSafe(hello)).execute(connection).await.map(|_| ()) })
        })
        .connect_with(options)
        .await
        .map_err(|error| session.dialect.error(&error))
}
