//! The schema's version, and what is past its time.

use std::time::Duration;

use turnpike::{
    adapters::sql::{SqlStore, StoreOptions},
    ports::store::{Past, StoreError, Upkeep as _, change::ChangeState, snapshot::Ask},
};

use super::rows::{NOW, active, ask, end, ending, key, look, queued, reserve, seeded};
use crate::engines::TestDatabase;

super::on_both_engines!(
    migrations_are_applied_once,
    parallel_migrations,
    newer_schema_is_refused,
    purge_keeps_what_is_needed,
);

async fn connect(database: &TestDatabase) -> SqlStore {
    let options = StoreOptions { connections: 4, answer_within: Duration::from_secs(5) };
    SqlStore::connect(&database.url, options).await.expect("a connection")
}

async fn migrations_are_applied_once(database: TestDatabase) {
    let database = database.another().await;
    let store = connect(&database).await;
    assert_eq!(store.pending().await.expect("an answer"), [1]);
    let unready = store.ready().await;
    assert!(matches!(unready, Err(StoreError::Inconsistent { .. })), "{unready:?}");
    store.migrate().await.expect("a schema");
    store.migrate().await.expect("the same schema");
    assert!(store.pending().await.expect("an answer").is_empty());
    store.ready().await.expect("a store that is ready");
}

async fn parallel_migrations(database: TestDatabase) {
    let database = database.another().await;
    let hosts = [connect(&database).await, connect(&database).await, connect(&database).await];
    let migrations = hosts.map(|store| tokio::spawn(async move { store.migrate().await }));
    for migration in migrations {
        migration.await.expect("no panic").expect("a schema");
    }
}

async fn newer_schema_is_refused(database: TestDatabase) {
    let store = database.store().await;
    database.execute("UPDATE _sqlx_migrations SET version = 99").await;
    for refused in [store.migrate().await, store.pending().await.map(|_| ()), store.ready().await] {
        let Err(StoreError::Inconsistent { cause }) = refused else { panic!("{refused:?}") };
        assert!(cause.contains("99"), "{cause}");
    }
}

async fn purge_keeps_what_is_needed(database: TestDatabase) {
    let store = seeded(&database).await;
    for n in 1..=3 {
        reserve(&store, &active(&format!("c{n}"), &format!("i{n}"))).await.expect("an instance");
    }
    let mut settled = ending("c4", "i1");
    settled.change.state = ChangeState::Done;
    settled.change.settled_at = Some(NOW);
    end(&store, &settled).await;
    end(&store, &ending("c5", "i2")).await;
    let mut late = ending("c6", "i3");
    late.change.created_at = NOW + 1;
    late.change.state = ChangeState::Done;
    late.change.settled_at = Some(NOW + 1);
    end(&store, &late).await;
    reserve(&store, &queued("c7", "i7")).await.expect("an instance");
    // i1 and the keys of c1 to c4; not i2, whose end billing was not told, nor what is later, nor keys still in use.
    assert_eq!(forgotten(&store, NOW + 1).await, 5);
    assert_eq!(database.number("SELECT count(*) FROM ended_instances WHERE id IN ('i2', 'i3')").await, 2);
    for (id, kept) in [("c1", false), ("c4", false), ("c5", true), ("c6", true), ("c7", true)] {
        let found = look(&store, &Ask { key: Some(key(id)), ..ask() }).await.replay;
        assert_eq!(found.is_some(), kept, "{id}");
    }
    assert_eq!(forgotten(&store, NOW + 1).await, 0);
}

/// Ended instances and keys.
async fn forgotten(store: &SqlStore, before: i64) -> u64 {
    let mut rows = 0;
    for what in [Past::EndedInstances, Past::Keys] {
        rows += store.forget(what, before, 100).await.expect("an answer");
    }
    rows
}
