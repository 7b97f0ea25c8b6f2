//! The archive of policy modules, and what hosts tell about theirs.

use turnpike::ports::store::policy::{Begun, HostPolicy, PolicyStore};

use super::rows::{deed, seeded};
use crate::engines::TestDatabase;

/// Longer than a test takes, in milliseconds.
const LONG: i64 = 600_000;

super::on_both_engines!(
    modules_are_kept_once,
    the_module_that_came_into_use_last_comes_first,
    a_start_changes_nothing_about_what_others_run,
    hosts_are_told_apart,
    hosts_that_fell_silent_are_forgotten,
);

async fn modules_are_kept_once(database: TestDatabase) {
    let store = seeded(&database).await;
    assert_eq!(store.kept_policy("d1").await.expect("an answer"), None);
    for _ in 0..2 {
        store.keep_policy("d1", &[0, 1, 255], Begun::Swap, &deed("use policy", "d1")).await.expect("an answer");
    }
    assert_eq!(store.kept_policy("d1").await.expect("an answer").as_deref(), Some(&[0, 1, 255][..]));
    assert_eq!(store.kept_policies().await.expect("an answer").len(), 1);
}

/// As if all that was kept so far had been an hour ago: what comes now comes after it.
async fn an_hour_later(database: &TestDatabase) {
    database
        .execute("UPDATE policy_modules SET first_used_at = first_used_at - 3600000, used_at = used_at - 3600000")
        .await;
}

/// Digests, that of the module in use first.
async fn order(store: &impl PolicyStore) -> Vec<String> {
    store.kept_policies().await.expect("an answer").into_iter().map(|kept| kept.digest).collect()
}

async fn the_module_that_came_into_use_last_comes_first(database: TestDatabase) {
    let store = seeded(&database).await;
    let swap = async |digest: &str| {
        an_hour_later(&database).await;
        store
            .keep_policy(digest, digest.as_bytes(), Begun::Swap, &deed("use policy", digest))
            .await
            .expect("an answer");
    };
    swap("d1").await;
    swap("d2").await;
    swap("d1").await;
    assert_eq!(order(&store).await, ["d1", "d2"]);
    let kept = store.kept_policies().await.expect("an answer");
    assert!(kept[0].used_at > kept[0].first_used_at, "{kept:?}");
    assert_eq!(kept[1].used_at, kept[1].first_used_at, "{kept:?}");
    // Another host follows: nothing else is in use than before.
    swap("d1").await;
    let followed = store.kept_policies().await.expect("an answer");
    assert_eq!(followed[0].used_at, kept[0].used_at - 3_600_000);

    an_hour_later(&database).await;
    store.bring_back_policy("d2").await.expect("an answer");
    let brought_back = async || {
        let kept = store.kept_policies().await.expect("an answer");
        kept.into_iter().filter(|kept| kept.brought_back).map(|kept| kept.digest).collect::<Vec<_>>()
    };
    assert_eq!(order(&store).await, ["d2", "d1"]);
    // The hosts follow, which changes nothing about why.
    swap("d2").await;
    assert_eq!(brought_back().await, ["d2"]);
    swap("d1").await;
    swap("d2").await;
    assert_eq!(brought_back().await, Vec::<String>::new());
}

async fn a_start_changes_nothing_about_what_others_run(database: TestDatabase) {
    let store = seeded(&database).await;
    let start = async |digest: &str| {
        an_hour_later(&database).await;
        let (begun, deed) = (Begun::Start { stale: LONG }, deed("use policy", digest));
        store.keep_policy(digest, digest.as_bytes(), begun, &deed).await.expect("an answer");
    };
    start("d1").await;
    start("d2").await;
    assert_eq!(order(&store).await, ["d2", "d1"]);
    let on_d2 = HostPolicy { policy_digest: "d2".to_owned(), ..report("h1", "alpha") };
    store.report_policy(&on_d2, LONG).await.expect("an answer");
    start("d1").await;
    assert_eq!(order(&store).await, ["d2", "d1"], "another host runs d2");
    start("d3").await;
    assert_eq!(order(&store).await, ["d3", "d2", "d1"], "what is new is brought into use by its first start");
    // Nobody runs it any more.
    start("d2").await;
    assert_eq!(order(&store).await, ["d2", "d3", "d1"]);
    database.execute("UPDATE host_policies SET reported_at = reported_at - 3600000").await;
    start("d1").await;
    assert_eq!(order(&store).await, ["d1", "d2", "d3"], "who told nothing for long runs no more");
}

async fn hosts_are_told_apart(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut reports = [report("h2", "beta"), report("h1", "alpha")];
    for told in &reports {
        store.report_policy(told, LONG).await.expect("an answer");
    }
    reports[0].refused = Some("it imports `env.now`".to_owned());
    reports[0].policy_digest = "d2".to_owned();
    store.report_policy(&reports[0], LONG).await.expect("an answer");
    reports.reverse();
    assert_eq!(store.host_policies(LONG).await.expect("an answer"), reports);
    store.forget_policy("h1").await.expect("an answer");
    assert_eq!(store.host_policies(LONG).await.expect("an answer"), reports[1..]);
}

async fn hosts_that_fell_silent_are_forgotten(database: TestDatabase) {
    let store = seeded(&database).await;
    store.report_policy(&report("h1", "alpha"), LONG).await.expect("an answer");
    store.report_policy(&report("h2", "beta"), LONG).await.expect("an answer");
    database.execute("UPDATE host_policies SET reported_at = reported_at - 3600000 WHERE host = 'h1'").await;
    assert_eq!(store.host_policies(LONG).await.expect("an answer"), [report("h2", "beta")]);
    store.report_policy(&report("h2", "beta"), LONG).await.expect("an answer");
    assert_eq!(database.number("SELECT count(*) FROM host_policies").await, 1);
}

fn report(host: &str, name: &str) -> HostPolicy {
    HostPolicy {
        host: host.to_owned(),
        name: name.to_owned(),
        policy_digest: "d1".to_owned(),
        settings_digest: "s1".to_owned(),
        refused: None,
    }
}
