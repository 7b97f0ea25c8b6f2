//! What goes by its age: a row that is older goes, one that is younger stays; and the table of it is true.

use std::{collections::BTreeSet, fs, path::Path};

use tokio_util::sync::CancellationToken;
use turnpike::{
    app,
    config::{Config, Sources},
    ports::store::{
        audit::{AuditEntry, Who},
        check::CheckStore as _,
    },
    retention::{self, Kept},
};

use crate::{done_right::on_both_engines, engines::TestDatabase};

on_both_engines!(
    what_is_older_goes_and_what_is_younger_stays,
    entries_of_the_audit_trail_go_by_their_age,
    what_tells_of_today_stays_however_old_it_is,
);

const NOW: i64 = 2_000_000_000_000;
const MINUTE: i64 = 60_000;

/// Plants a row of this id and age, and counts those that are there.
fn case(kept: Kept) -> Option<(&'static str, &'static str)> {
    Some(match kept {
        // It has to be sealed first: a test of its own.
        Kept::Audit => return None,
        Kept::EndedInstances => (
            "INSERT INTO ended_instances (id, mandate_id, feature_code, ended_at, ended_by, accesses, change_id) \
             VALUES ('{id}', 'm', 'f', {at}, 'u', '[]', 'c-{id}')",
            "SELECT id FROM ended_instances",
        ),
        Kept::Keys => (
            "INSERT INTO changes (id, kind, state, mandate_id, feature_code, instance_id, user_id, ends_instance, \
             effective_at, created_at, settled_at, policy_digest, key_path, key, key_fingerprint) \
             VALUES ('{id}', 'leave', 'done', 'm', 'f', 'i', 'u', 0, 1, 1, {at}, 'd', '/p', 'k-{id}', 'x')",
            "SELECT id FROM changes WHERE key IS NOT NULL",
        ),
        Kept::Quotes => (
            "INSERT INTO quotes (id, mandate_id, user_id, wish, revision, offer, created_at, expires_at) \
             VALUES ('{id}', 'm', 'u', 'w', 'r', '{}', 1, {at})",
            "SELECT id FROM quotes",
        ),
        Kept::FeatureRequests => (
            "INSERT INTO users (id, username) VALUES ('{id}', 'n'); INSERT INTO mandates (id, name) VALUES ('{id}', 'n'); \
             INSERT INTO feature_requests (id, mandate_id, feature_code, user_id, asked_at, closed, closed_at) \
             VALUES ('{id}', '{id}', 'f', '{id}', 1, 'declined', {at})",
            "SELECT id FROM feature_requests",
        ),
        Kept::SentNotices => (
            "INSERT INTO notices (id, mandate_id, subject, headline, body_paragraphs, created_at, state, sent_at) \
             VALUES ('{id}', 'm', 's', 'h', '[]', 1, 'sent', {at})",
            "SELECT id FROM notices",
        ),
        Kept::DeadNotices => (
            "INSERT INTO notices (id, mandate_id, subject, headline, body_paragraphs, created_at, state) \
             VALUES ('{id}', 'm', 's', 'h', '[]', {at}, 'dead')",
            "SELECT id FROM notices",
        ),
        Kept::Webhooks => (
            "INSERT INTO webhook_events (event_id, kind, received_at, state, settled_at) \
             VALUES ('{id}', 'k', 1, 'done', {at})",
            "SELECT event_id FROM webhook_events",
        ),
        Kept::Events => (
            "INSERT INTO events (id, place, kind, at, mandate_id, data) \
             VALUES ('{id}', {n}, 'instance.activated', {at}, 'm', '{}'); UPDATE event_progress SET place = {n}",
            "SELECT id FROM events",
        ),
        Kept::Attempts => (
            "INSERT INTO event_attempts (endpoint_id, event_id, at, took) VALUES ('t', '{id}', {at}, 1)",
            "SELECT event_id FROM event_attempts",
        ),
        Kept::Decisions => (
            "INSERT INTO decisions (id, at, kind, allowed, mandate_id, facts, policy_digest, settings_digest, answer, fuel, \
             trace_id) VALUES ('{id}', {at}, 'activation', 0, 'm', '{}', 'd', 'd', '{}', 1, 't')",
            "SELECT id FROM decisions",
        ),
        Kept::Ledger => (
            "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, stripe_item_id, to_quantity, \
             state, created_at, settled_at) VALUES ('{id}', 'm', 's', 'x', 'y', 1, 'applied', 1, {at}); \
             INSERT INTO changes (id, kind, state, mandate_id, feature_code, instance_id, user_id, ends_instance, \
             effective_at, created_at, settled_at, policy_digest, operation_id) \
             VALUES ('{id}', 'leave', 'done', 'm', 'f', 'i', 'u', 0, 1, 1, {at}, 'd', '{id}')",
            "SELECT id FROM changes UNION SELECT id FROM operations",
        ),
    })
}

fn config() -> Config {
    Config::load(&Sources::default()).expect("defaults")
}

fn millis(period: std::time::Duration) -> i64 {
    i64::try_from(period.as_millis()).unwrap()
}

async fn what_is_older_goes_and_what_is_younger_stays(database: &TestDatabase) {
    let store = database.store().await;
    let stop = CancellationToken::new();
    for (kept, _, period) in app::kept(&config()) {
        let Some((plant, there)) = case(kept) else { continue };
        let period = millis(period);
        for (n, id, at) in [(1, "older", NOW - period - MINUTE), (2, "younger", NOW - period + MINUTE)] {
            let sql = plant.replace("{id}", id).replace("{at}", &at.to_string()).replace("{n}", &n.to_string());
            database.execute(&sql).await;
        }
        let rows = retention::once(&store, NOW, &[(kept, period)], &stop).await.expect("an answer");
        assert_eq!(database.lines(there).await, ["younger"], "{kept:?}");
        assert!(rows >= 1, "{kept:?}");
        assert_eq!(retention::once(&store, NOW, &[(kept, period)], &stop).await.expect("an answer"), 0, "{kept:?}");
        // Another period, another end: the setting is what counts.
        let rows = retention::once(&store, NOW, &[(kept, period - 2 * MINUTE)], &stop).await.expect("an answer");
        assert!(rows >= 1, "{kept:?}");
        assert_eq!(database.lines(there).await, [""; 0], "{kept:?}");
        for table in ["changes", "notices", "operations"] {
            database.execute(&format!("DELETE FROM {table}")).await;
        }
    }
}

async fn entries_of_the_audit_trail_go_by_their_age(database: &TestDatabase) {
    let store = database.store().await;
    let stop = CancellationToken::new();
    let (kept, _, period) = app::kept(&config()).into_iter().find(|(kept, ..)| *kept == Kept::Audit).unwrap();
    let period = millis(period);
    for (subject, at) in [("older", NOW - period - MINUTE), ("younger", NOW - period + MINUTE)] {
        store.write_down(&AuditEntry::new(at, Who::System("test"), "count", subject)).await.expect("written");
    }
    turnpike::audit::seal_all(&store).await.expect("sealed");
    let there = "SELECT subject FROM audit WHERE action = 'count'";
    retention::once(&store, NOW, &[(kept, period)], &stop).await.expect("an answer");
    assert_eq!(database.lines(there).await, ["younger"]);
    retention::once(&store, NOW, &[(kept, period - 2 * MINUTE)], &stop).await.expect("an answer");
    assert_eq!(database.lines(there).await, [""; 0], "another period, another end");
}

/// Old rows of the ledger that say what holds now: who wrote last, what is confirmed, what is due.
async fn what_tells_of_today_stays_however_old_it_is(database: &TestDatabase) {
    let store = database.store().await;
    database.execute("INSERT INTO mandates (id, name) VALUES ('m', 'm')").await;
    database
        .execute("INSERT INTO subscriptions (id, mandate_id, plan_key, status) VALUES ('s', 'm', 'p', 'ACTIVE')")
        .await;
    for (id, subscription, state, more) in [
        ("applied-before", "s", "applied", "NULL"),
        ("applied-last", "s", "applied", "NULL"),
        ("read-before", "s", "observed", "NULL"),
        ("rejected", "s", "rejected", "NULL"),
        ("read-last", "s", "observed", "NULL"),
        ("unresolved", "s", "sent", "NULL"),
        ("of-nobody", "gone", "applied", "NULL"),
        ("due", "gone", "applied", "5"),
        ("carries", "gone", "applied", "NULL"),
    ] {
        database
            .execute(&format!(
                "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, stripe_item_id, \
                 to_quantity, state, created_at, settled_at, credit_from) \
                 VALUES ('{id}', 'm', '{subscription}', 'x', 'y', 1, '{state}', 1, 1, {more})"
            ))
            .await;
    }
    database
        .execute(
            "INSERT INTO changes (id, kind, state, mandate_id, feature_code, instance_id, user_id, ends_instance, \
             effective_at, created_at, settled_at, policy_digest, operation_id) \
             VALUES ('open', 'end', 'billing', 'm', 'f', 'i', 'u', 1, 1, 1, NULL, 'd', 'carries'), \
             ('remembered', 'end', 'done', 'm', 'f', 'i', 'u', 1, 1, 1, 1, 'd', NULL), \
             ('over', 'end', 'done', 'm', 'f', 'i', 'u', 1, 1, 1, 1, 'd', NULL); \
             INSERT INTO ended_instances (id, mandate_id, feature_code, ended_at, ended_by, accesses, change_id) \
             VALUES ('i', 'm', 'f', 1, 'u', '[]', 'remembered')",
        )
        .await;
    let stop = CancellationToken::new();
    retention::once(&store, NOW, &[(Kept::Ledger, 1)], &stop).await.expect("an answer");
    let left = database.lines("SELECT id FROM operations ORDER BY seq").await;
    assert_eq!(left, ["applied-last", "read-last", "unresolved", "due", "carries"]);
    assert_eq!(database.lines("SELECT id FROM changes ORDER BY id").await, ["open", "remembered"]);
}

/// A row of the table: setting and default.
fn documented() -> BTreeSet<(String, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/retention.md");
    let text = fs::read_to_string(file).expect("the table");
    let cells = |line: &str| -> Option<(String, String)> {
        let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let setting = cells.get(3).filter(|cell| cell.starts_with("TURNPIKE_"))?;
        Some(((*setting).to_owned(), (*cells.get(2)?).to_owned()))
    };
    text.lines().filter_map(cells).collect()
}

#[test]
fn the_table_is_what_the_job_does() {
    let done: BTreeSet<(String, String)> = app::kept(&config())
        .into_iter()
        .map(|(_, setting, period)| (setting.variable.to_owned(), format!("{}d", period.as_secs() / 86_400)))
        .collect();
    assert_eq!(done.len(), Kept::ALL.len(), "each has a setting of its own");
    assert_eq!(documented(), done);
}

#[test]
fn periods_that_would_lose_what_is_needed_are_refused() {
    for (variable, value, right) in [
        ("TURNPIKE_LEDGER_KEPT", "399d", "at least 400 days"),
        ("TURNPIKE_MAIL_UNSENT_KEPT", "1d", "at least 7 days"),
        ("TURNPIKE_KEYS_KEPT", "0s", "above zero"),
        ("TURNPIKE_QUOTES_KEPT", "0s", "above zero"),
        ("TURNPIKE_REQUESTS_KEPT", "0s", "above zero"),
        ("TURNPIKE_MAIL_KEPT", "0s", "above zero"),
        ("TURNPIKE_STRIPE_WEBHOOKS_KEPT", "0s", "above zero"),
        ("TURNPIKE_RESTORE_WINDOW", "1s", "at least a minute"),
    ] {
        let sources = Sources { variables: vec![(variable.into(), value.into())], ..Sources::default() };
        let error = Config::load(&sources).expect_err(variable).to_string();
        assert!(error.contains(variable) && error.contains(right), "{error}");
    }
}
