//! Empty stores to import into: a SQLite file always, and PostgreSQL where `TURNPIKE_TEST_POSTGRES` names a server.

use sqlx::{AnyPool, AssertSqlSafe};
use turnpike::adapters::sql::{SqlStore, StoreOptions};

/// A store of one test, and a second way into its database.
pub(super) struct Case {
    pub(super) engine: &'static str,
    pub(super) store: SqlStore,
    pub(super) sql: AnyPool,
    _folder: tempfile::TempDir,
}

impl Case {
    /// Runs a statement beside the store.
    pub(super) async fn run(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.sql).await.expect("the statement runs");
    }
}

/// An empty store on each engine.
pub(super) async fn each() -> Vec<Case> {
    sqlx::any::install_default_drivers();
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("turnpike.db").display());
    let mut cases = vec![open("SQLite", url, folder).await];
    if let Ok(server) = std::env::var("TURNPIKE_TEST_POSTGRES") {
        let name = format!("t{}", uuid::Uuid::now_v7().simple());
        let pool = AnyPool::connect(&format!("{server}/postgres")).await.expect("the server answers");
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.expect("a database");
        cases.push(open("PostgreSQL", format!("{server}/{name}"), tempfile::tempdir().expect("a folder")).await);
    }
    cases
}

async fn open(engine: &'static str, url: String, folder: tempfile::TempDir) -> Case {
    let store = SqlStore::connect(&url, StoreOptions { connections: 2, ..StoreOptions::default() }).await;
    let store = store.expect("the database opens");
    store.migrate().await.expect("the schema");
    let sql = AnyPool::connect(&url).await.expect("a second way in");
    Case { engine, store, sql, _folder: folder }
}
