//! Empty stores to import into, one on each engine.

use turnpike::adapters::sql::SqlStore;

use crate::engines::{TestDatabase, postgres, sqlite};

/// A store of one test and its database.
pub(super) struct Case {
    pub(super) engine: &'static str,
    pub(super) store: SqlStore,
    pub(super) database: TestDatabase,
}

/// An empty store on each engine.
pub(super) async fn each() -> Vec<Case> {
    let mut cases = Vec::new();
    for (engine, database) in [("SQLite", sqlite().await), ("PostgreSQL", postgres().await)] {
        cases.push(Case { engine, store: database.store().await, database });
    }
    cases
}
