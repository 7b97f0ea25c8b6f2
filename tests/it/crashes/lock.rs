//! Keeps hosts from writing: as another process would that holds the lock they need.

use sqlx::{AnyConnection, Connection as _};

use crate::engines::TestDatabase;

/// A lock that is held until it is released.
pub(crate) struct Lock {
    connection: AnyConnection,
}

impl Lock {
    /// The lock that every write in a mandate needs: SQLite's only writer's, on PostgreSQL the mandates' rows.
    pub(crate) async fn of_mandates(database: &TestDatabase) -> Self {
        Self::taken(database, "SELECT id FROM mandates FOR UPDATE").await
    }

    /// The lock that changing any plan needs, on PostgreSQL.
    pub(crate) async fn of_plans(database: &TestDatabase) -> Self {
        Self::taken(database, "SELECT key FROM plans FOR UPDATE").await
    }

    /// The lock that settling any change needs, on PostgreSQL: by then a settlement has activated its instances.
    pub(crate) async fn of_changes(database: &TestDatabase) -> Self {
        Self::taken(database, "SELECT id FROM changes FOR UPDATE").await
    }

    async fn taken(database: &TestDatabase, rows: &'static str) -> Self {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect(&database.url).await.expect("a connection");
        if database.is_postgres() {
            sqlx::raw_sql("BEGIN").execute(&mut connection).await.expect("a transaction");
            let locked = sqlx::query(rows).fetch_all(&mut connection).await.expect("locked rows");
            assert!(!locked.is_empty(), "nothing was there to be locked");
        } else {
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.expect("the writer's lock");
        }
        Self { connection }
    }

    /// Gives it back; nothing was written.
    pub(crate) async fn release(mut self) {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.connection).await.expect("the end of the transaction");
        self.connection.close().await.expect("a closed connection");
    }
}
