//! The archive of policy modules, and what hosts tell about theirs.

use turnpike::ports::store::policy::{HostPolicy, PolicyStore as _};

use super::rows::seeded;
use crate::engines::TestDatabase;

/// Longer than a test takes, in milliseconds.
const LONG: i64 = 600_000;

super::on_both_engines!(
    modules_are_kept_once,
    the_module_used_last_comes_first,
    hosts_are_told_apart,
    hosts_that_fell_silent_are_forgotten,
);

async fn modules_are_kept_once(database: TestDatabase) {
    let store = seeded(&database).await;
    assert_eq!(store.kept_policy("d1").await.expect("an answer"), None);
    for _ in 0..2 {
        store.keep_policy("d1", &[0, 1, 255]).await.expect("an answer");
    }
    assert_eq!(store.kept_policy("d1").await.expect("an answer").as_deref(), Some(&[0, 1, 255][..]));
    assert_eq!(store.kept_policies().await.expect("an answer").len(), 1);
}

async fn the_module_used_last_comes_first(database: TestDatabase) {
    let store = seeded(&database).await;
    store.keep_policy("d1", b"one").await.expect("an answer");
    store.keep_policy("d2", b"two").await.expect("an answer");
    // As if both were an hour old.
    database
        .execute("UPDATE policy_modules SET first_used_at = first_used_at - 3600000, used_at = used_at - 3600000")
        .await;
    store.keep_policy("d1", b"one").await.expect("an answer");
    let kept = store.kept_policies().await.expect("an answer");
    assert_eq!(kept.iter().map(|kept| kept.digest.as_str()).collect::<Vec<_>>(), ["d1", "d2"]);
    assert!(kept[0].used_at > kept[0].first_used_at, "{kept:?}");
    assert_eq!(kept[1].used_at, kept[1].first_used_at, "{kept:?}");
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
