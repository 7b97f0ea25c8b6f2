//! A transaction whose beginning comes too late leaves nothing open behind it.

use std::time::Duration;

use turnpike::{
    adapters::sql::{SqlStore, StoreOptions},
    ports::store::{operation::OperationStore as _, transaction::TransactionStore as _, transfer::TransferStore as _},
};

use super::proxy::{Proxy, Way};
use crate::{
    engines::{TestDatabase, postgres},
    scene::eventually,
};

/// Connections of the database that wait in a transaction.
const OPEN: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND state LIKE 'idle in transaction%'";

#[tokio::test(flavor = "multi_thread")]
async fn a_beginning_that_was_given_up_is_rolled_back() {
    let (database, mut proxy, store) = behind_a_proxy().await;
    proxy.set(Way::Stalled).await;
    assert!(store.begin("nobody").await.is_err(), "the database said nothing");
    nothing_is_left_open(&database, &mut proxy, &store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_of_an_export_that_was_given_up_is_rolled_back() {
    let (database, mut proxy, store) = behind_a_proxy().await;
    proxy.set(Way::Stalled).await;
    let dumped = tokio::time::timeout(Duration::from_secs(20), store.dump()).await.expect("it is given up");
    assert!(dumped.is_err(), "the database said nothing");
    nothing_is_left_open(&database, &mut proxy, &store).await;
}

/// A store with one connection, through a proxy, that was used once.
async fn behind_a_proxy() -> (TestDatabase, Proxy, SqlStore) {
    let database = postgres().await;
    let (proxy, url) = Proxy::before(&database.url).await;
    let options = StoreOptions { connections: 1, answer_within: Duration::from_secs(1) };
    let store = SqlStore::connect(&url, options).await.expect("a connection");
    store.put_off("nobody", 0).await.expect("an answer");
    (database, proxy, store)
}

async fn nothing_is_left_open(database: &TestDatabase, proxy: &mut Proxy, store: &SqlStore) {
    proxy.set(Way::Open).await;

    // The server gets to hear of the beginning only now. What is written alone on that connection has to be committed.
    eventually("the store answers again", || async { store.put_off("nobody", 0).await.is_ok() }).await;
    eventually("no transaction is open", || async { database.number(OPEN).await == 0 }).await;
}
