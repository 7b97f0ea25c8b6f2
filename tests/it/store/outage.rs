//! A database that is gone, busy or never was: an error in our own words, in time.

use std::time::{Duration, Instant};

use turnpike::{
    adapters::sql::{SqlStore, StoreOptions},
    ports::store::{
        StoreError, Upkeep as _, change::ChangeStore as _, operation::OperationStore as _,
        snapshot::SnapshotStore as _, transaction::TransactionStore as _,
    },
};

use super::rows::{ask, queued, reserve, seeded};
use crate::engines::TestDatabase;

super::on_both_engines!(gone_database, held_lock, useless_text_is_an_error);

const LIMIT: Duration = Duration::from_millis(500);

fn options() -> StoreOptions {
    StoreOptions { connections: 4, answer_within: LIMIT }
}

fn is_unavailable<T: std::fmt::Debug>(answer: Result<T, StoreError>) {
    assert!(matches!(answer, Err(StoreError::Unavailable { .. })), "{answer:?}");
}

async fn gone_database(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &queued("c1", "i1")).await.expect("an instance");
    store.close().await;
    let begun = Instant::now();
    is_unavailable(store.snapshot(&ask()).await);
    is_unavailable(store.begin("m-alpha").await.map(|_| ()));
    is_unavailable(store.claim("h", 1).await);
    is_unavailable(store.ready().await);
    if database.url.starts_with("postgres") {
        let store = SqlStore::connect(&database.url, options()).await.expect("a connection");
        let mut transaction = store.begin("m-alpha").await.expect("a transaction");
        database.destroy().await;
        is_unavailable(transaction.snapshot(&ask()).await);
        is_unavailable(store.change("c1").await);
        is_unavailable(store.snapshot(&ask()).await);
        is_unavailable(SqlStore::connect(&database.url, options()).await.map(|_| ()));
        is_unavailable(SqlStore::connect("postgres://127.0.0.1:1/none", options()).await.map(|_| ()));
    } else {
        is_unavailable(SqlStore::connect("sqlite:///no/such/folder/x.db", options()).await.map(|_| ()));
    }
    assert!(begun.elapsed() < LIMIT * 12, "{:?}", begun.elapsed());
}

/// A server that takes the connection and says nothing.
#[tokio::test]
async fn silent_server() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let accepting = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    let begun = Instant::now();
    is_unavailable(SqlStore::connect(&format!("postgres://turnpike@{address}/none"), options()).await.map(|_| ()));
    assert!(begun.elapsed() < LIMIT * 4, "{:?}", begun.elapsed());
    accepting.abort();
}

/// The lock of a mandate is held by a host that stands still.
async fn held_lock(database: TestDatabase) {
    let store = seeded(&database).await;
    let other = SqlStore::connect(&database.url, options()).await.expect("a connection");
    let mut holding = store.begin("m-alpha").await.expect("a transaction");
    let begun = Instant::now();
    is_unavailable(other.begin("m-alpha").await.map(|_| ()));
    assert!(begun.elapsed() >= LIMIT && begun.elapsed() < LIMIT * 4, "{:?}", begun.elapsed());
    // Reads go on, and the holder comes to its end.
    other.snapshot(&ask()).await.expect("a snapshot");
    holding.reserve(&queued("c1", "i1")).await.expect("an instance");
    holding.commit().await.expect("a commit");
    other.begin("m-alpha").await.expect("a transaction").commit().await.expect("a commit");
}

/// A NUL is refused before it gets here; PostgreSQL cannot store it, SQLite can.
async fn useless_text_is_an_error(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut rows = queued("c1", "i1");
    rows.label = Some("a\0b".into());
    let answer = reserve(&store, &rows).await;
    if database.url.starts_with("postgres") {
        assert!(matches!(answer, Err(StoreError::Inconsistent { .. })), "{answer:?}");
    } else {
        answer.expect("an instance");
    }
    for url in ["mysql://x", "sqlite::memory:", "nonsense"] {
        let answer = SqlStore::connect(url, options()).await.map(|_| ());
        assert!(matches!(answer, Err(StoreError::Inconsistent { .. })), "{answer:?}");
    }
}
