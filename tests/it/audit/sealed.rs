//! Seals: one whole chain, however many write and seal at once, in whatever order they commit, and whoever is killed.

use std::time::Duration;

use tokio::task::JoinSet;
use turnpike::{
    audit::{Sealer, seal_all, verify::verify_end},
    ports::store::{
        audit::{AuditFilter, AuditStore as _, Kept},
        check::CheckStore as _,
        transaction::TransactionStore as _,
    },
};

use super::{entry, whole};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    store::rows::{active, seeded},
    world::{ADMIN, FREE, OPEN},
};

on_both_engines!(
    many_write_while_several_seal,
    what_is_committed_late_gets_a_later_number,
    hosts_seal_and_one_is_killed,
    a_sealer_goes_on_until_it_is_stopped,
);

const WRITERS: i64 = 8;
const EACH: i64 = 15;

async fn many_write_while_several_seal(database: &TestDatabase) {
    let (ours, theirs) = (database.store().await, database.store().await);
    let mut tasks = JoinSet::new();
    for writer in 0..WRITERS {
        let store = if writer % 2 == 0 { ours.clone() } else { theirs.clone() };
        tasks.spawn(async move {
            for n in 0..EACH {
                store.write_down(&entry(writer * EACH + n)).await.expect("written");
            }
        });
    }
    for (store, patiently) in [(ours.clone(), true), (theirs.clone(), false), (theirs.clone(), true)] {
        tasks.spawn(async move {
            for _ in 0..30 {
                store.seal(7, patiently).await.expect("an answer");
                tokio::task::yield_now().await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic");
    }
    seal_all(&ours).await.expect("sealed");
    let verdict = whole(&ours, &[]).await;
    let all = u64::try_from(WRITERS * EACH).expect("a number");
    assert_eq!((verdict.seals, verdict.newest.number), (all, WRITERS * EACH));
    assert_eq!(database.number("SELECT count(*) FROM audit_unsealed").await, 0);
    // The end alone is whole, too.
    let end = verify_end(&ours, 10).await.expect("a verdict");
    assert_eq!((end.gaps, end.seals, end.newest), (Vec::new(), 10, verdict.newest));
}

async fn what_is_committed_late_gets_a_later_number(database: &TestDatabase) {
    if !database.is_postgres() {
        // SQLite has one writer: nobody is overtaken.
        return;
    }
    let store = seeded(database).await;
    let mut late = store.begin("m-alpha").await.expect("a transaction");
    late.reserve(&active("c1", "i1")).await.expect("rows");
    store.write_down(&entry(1)).await.expect("written");
    seal_all(&store).await.expect("sealed");
    assert_eq!(whole(&store, &[]).await.newest.number, 1);
    late.commit().await.expect("a commit");
    seal_all(&store).await.expect("sealed");
    assert_eq!(whole(&store, &[]).await.newest.number, 2);
    let order = "SELECT a.action FROM audit_seals s JOIN audit a ON a.seq = s.entry ORDER BY s.number";
    assert_eq!(database.lines(order).await, ["count", "activate"]);
    assert_eq!(database.lines("SELECT action FROM audit ORDER BY seq").await, ["activate", "count"]);
}

/// Two hosts seal as fast as they can while people work on both; one of them is killed in the middle.
async fn hosts_seal_and_one_is_killed(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_AUDIT_TICK", "5ms")).await;
    let (mut other, other_api) = scene.another_host();
    let mut tasks = JoinSet::new();
    for n in 0..8 {
        let api = if n % 2 == 0 { scene.api.clone() } else { other_api.clone() };
        tasks.spawn(async move {
            let body = serde_json::json!({"featureCode": format!("f{n}"), "mandateId": OPEN});
            let user = format!("u-a{n}");
            api.try_post_keyed(&user, "/api/store/activate", "once", &body).await.is_some()
        });
    }
    let mut answered = 0;
    while let Some(done) = tasks.join_next().await {
        answered += u32::from(done.expect("no panic"));
        if answered == 2 {
            other.kill();
        }
    }
    assert!(answered >= 4, "those of the host that lives were answered");
    assert_eq!(scene.api.activate(ADMIN, FREE, "f9").await.status, 200);
    eventually("all is sealed", || async { database.number("SELECT count(*) FROM audit_unsealed").await == 0 }).await;
    let (code, told, errors) = scene.setup.run(&["audit", "verify"]);
    assert_eq!(code, 0, "{told}{errors}");
    assert!(told.starts_with("the trail is whole: "), "{told}");
    let activations = "SELECT (SELECT count(*) FROM audit WHERE action = 'activate') \
         - (SELECT count(*) FROM changes WHERE kind = 'activate')";
    assert_eq!(database.number(activations).await, 0, "one for each");
}

async fn a_sealer_goes_on_until_it_is_stopped(database: &TestDatabase) {
    let store = database.store().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn({
        let (sealer, stop) = (Sealer::new(std::sync::Arc::new(store.clone())), stop.clone());
        async move { sealer.run(Duration::from_millis(5), stop).await }
    });
    for n in 1..=3 {
        store.write_down(&entry(n)).await.expect("written");
        eventually("it is sealed", || async { store.chain().await.expect("a chain").newest.number == n }).await;
    }
    store.write_down(&entry(4)).await.expect("written");
    stop.cancel();
    running.await.expect("it ends");
    assert_eq!(whole(&store, &[]).await.newest.number, 4, "what is written before the end is sealed");
    let newest = store.audited(&AuditFilter::default(), 1).await.expect("entries");
    let Kept::Whole(read) = &newest[0].kept else { panic!("an entry") };
    assert_eq!((newest[0].number, read.subject.as_str()), (Some(4), "thing-4"));
    let again = store.audited_as(4).await.expect("an answer");
    assert_eq!(again.as_ref(), Some(&newest[0]));
    assert_eq!((&read.before, &read.after), (&entry(4).before, &entry(4).after));
}
