//! A transaction whose beginning comes too late leaves nothing open behind it.

use std::time::Duration;

use turnpike::{
    adapters::sql::{SqlStore, StoreOptions},
    ports::store::{operation::OperationStore as _, transaction::TransactionStore as _},
};

use super::proxy::{Proxy, Way};
use crate::{engines::postgres, scene::eventually};

/// Connections of the database that wait in a transaction.
const OPEN: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND state LIKE 'idle in transaction%'";

#[tokio::test(flavor = "multi_thread")]
async fn a_beginning_that_was_given_up_is_rolled_back() {
    let database = postgres().await;
    let (mut proxy, url) = Proxy::before(&database.url).await;
    let options = StoreOptions { connections: 1, answer_within: Duration::from_secs(1) };
    let store = SqlStore::connect(&url, options).await.expect("a connection");
    store.put_off("nobody", 0).await.expect("an answer");

    proxy.set(Way::Stalled).await;
    assert!(store.begin("nobody").await.is_err(), "the database said nothing");
    proxy.set(Way::Open).await;

    // The server gets to hear of the beginning only now. What is written alone on that connection has to be committed.
    eventually("the store answers again", || async { store.put_off("nobody", 0).await.is_ok() }).await;
    eventually("no transaction is open", || async { database.number(OPEN).await == 0 }).await;
}
