//! Databases for tests: each test has one of its own, which is gone when the value is dropped.
//!
//! SQLite needs nothing. PostgreSQL needs a server whose administrator's URL is in `TURNPIKE_TEST_POSTGRES`;
//! `cargo xtask test` starts a throw-away one. Without it, tests on PostgreSQL fail and say so.

use std::time::Duration;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use turnpike::adapters::sql::{SqlStore, StoreOptions};

/// The variable that holds the URL of PostgreSQL's administrator, such as `postgres://turnpike@127.0.0.1:5432/postgres`.
const ADMIN: &str = "TURNPIKE_TEST_POSTGRES";

/// An empty database of one test.
pub(crate) struct TestDatabase {
    /// For [`SqlStore::connect`] or `TURNPIKE_DATABASE_URL`.
    pub(crate) url: String,
    kind: Kind,
}

enum Kind {
    Sqlite { _folder: TempDir },
    Postgres { admin: String, name: String },
}

/// A new SQLite database in a temporary folder.
pub(crate) async fn sqlite() -> TestDatabase {
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("turnpike.db").display());
    TestDatabase { url, kind: Kind::Sqlite { _folder: folder } }
}

/// A new PostgreSQL database with the schema: a copy of one that was migrated once.
pub(crate) async fn postgres() -> TestDatabase {
    static MIGRATED: OnceCell<TestDatabase> = OnceCell::const_new();
    let migrated = MIGRATED
        .get_or_init(|| async {
            let database = empty_postgres().await;
            database.store().await.close().await;
            database
        })
        .await;
    let Kind::Postgres { name, .. } = &migrated.kind else { panic!("it is on PostgreSQL") };
    create_postgres(&format!(" TEMPLATE {name}")).await
}

/// A new PostgreSQL database without anything.
async fn empty_postgres() -> TestDatabase {
    create_postgres("").await
}

async fn create_postgres(like: &str) -> TestDatabase {
    let admin = std::env::var(ADMIN).unwrap_or_else(|_| {
        panic!("{ADMIN} is not set: run `cargo xtask test`, which starts a PostgreSQL for the tests")
    });
    let name = format!("turnpike_test_{}", uuid::Uuid::now_v7().simple());
    execute(&admin, &format!("CREATE DATABASE {name}{like}")).await.expect("a new database");
    let (server, _) = admin.rsplit_once('/').expect("an administrator's URL with a database");
    TestDatabase { url: format!("{server}/{name}"), kind: Kind::Postgres { admin, name } }
}

impl TestDatabase {
    /// The store on this database, its schema up to date. It gives up after two seconds.
    pub(crate) async fn store(&self) -> SqlStore {
        let options = StoreOptions { connections: 8, answer_within: Duration::from_secs(2) };
        let store = SqlStore::connect(&self.url, options).await.expect("a connection");
        store.migrate().await.expect("a schema");
        store
    }

    /// Whether it is on PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.kind, Kind::Postgres { .. })
    }

    /// Another database of the same engine, without anything.
    pub(crate) async fn another(&self) -> Self {
        if self.is_postgres() { empty_postgres().await } else { sqlite().await }
    }

    /// Another database with all that is in this one. Nobody may be connected to it.
    pub(crate) async fn copy(&self) -> Self {
        match &self.kind {
            Kind::Postgres { name, .. } => create_postgres(&format!(" TEMPLATE {name}")).await,
            Kind::Sqlite { .. } => {
                let copy = sqlite().await;
                let file = copy.url.trim_start_matches("sqlite://");
                execute(&self.url, &format!("VACUUM INTO '{file}'")).await.expect("a copy");
                copy
            }
        }
    }

    /// Runs SQL beside the store, to prepare what no port writes.
    pub(crate) async fn execute(&self, sql: &str) {
        execute(&self.url, sql).await.expect("prepared rows");
    }

    /// Runs SQL beside the store that a trigger has to refuse: false when it was not refused.
    pub(crate) async fn refuses(&self, sql: &str) -> bool {
        execute(&self.url, sql).await.is_err()
    }

    /// The one number that a query answers, to look at what no port reads.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let mut connection = connect(&self.url).await.expect("a connection");
        let row = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.expect("a row");
        let number = row.try_get(0).expect("a number");
        connection.close().await.expect("a closed connection");
        number
    }

    /// The one text that a query answers.
    pub(crate) async fn text(&self, sql: &str) -> String {
        let mut connection = connect(&self.url).await.expect("a connection");
        let row = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.expect("a row");
        let text = row.try_get(0).expect("a text");
        connection.close().await.expect("a closed connection");
        text
    }

    /// The one text of each row that a query answers.
    pub(crate) async fn lines(&self, sql: &str) -> Vec<String> {
        let mut connection = connect(&self.url).await.expect("a connection");
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await.expect("rows");
        connection.close().await.expect("a closed connection");
        rows.iter().map(|row| row.try_get(0).expect("a text")).collect()
    }

    /// Takes the database away while others use it. An open file cannot be taken away: PostgreSQL only.
    pub(crate) async fn destroy(&self) {
        match &self.kind {
            Kind::Sqlite { .. } => panic!("an open SQLite file cannot be taken away"),
            Kind::Postgres { admin, name } => drop_database(admin, name).await,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Kind::Postgres { admin, name } = &self.kind {
            let (admin, name) = (admin.clone(), name.clone());
            // A test's own runtime cannot be entered from here.
            let dropping = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(drop_database(&admin, &name));
            });
            let _ = dropping.join();
        }
    }
}

async fn drop_database(admin: &str, name: &str) {
    execute(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.expect("a dropped database");
}

async fn execute(url: &str, sql: &str) -> Result<(), sqlx::Error> {
    let mut connection = connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
    connection.close().await
}

async fn connect(url: &str) -> Result<AnyConnection, sqlx::Error> {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await
}
