//! The watcher by itself, its clock driven: what it tells, when, and how often it asks.

use std::sync::Arc;

use tokio::sync::mpsc::error::TryRecvError;
use turnpike::{
    adapters::sql::SqlStore,
    policy::Decider,
    ports::clock::Clock as _,
    watch::{Ending, Listening, MOST_PAGES, Message, WatchError, Watcher},
};

use super::revisions::viewer;
use crate::{
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    host::Setup,
    http::steered_clock::SteeredClock,
    policy, statements,
    world::{ADMIN, DISABLED, FREE, MEMBER, OPEN, PAID, STRANGER},
};

on_both_engines!(a_page_hears_what_changes_and_nothing_else, only_members_are_told, one_statement_for_all);

/// A watcher on the common data set.
struct Stage {
    clock: Arc<SteeredClock>,
    watcher: Watcher,
    store: SqlStore,
}

impl Stage {
    async fn on(database: &TestDatabase) -> Self {
        let _ = Setup::new(&database.url).with_world();
        let store = database.store().await;
        let clock = Arc::new(SteeredClock::default());
        let decider = Decider::new(policy::embedded(), core_wasm::settings::Settings::default());
        let watcher = Watcher::new(Arc::new(store.clone()), decider, clock.clone());
        Self { clock, watcher, store }
    }

    async fn open(&self, mandate: &str, user: &str) -> Result<Listening, WatchError> {
        self.watcher.open(viewer(mandate, user), self.clock.now() + 3_600_000).await
    }

    async fn look(&self) {
        self.watcher.look().await.expect("a look");
    }
}

/// What a page was told and has not read.
fn heard(page: &mut Listening) -> Vec<Message> {
    std::iter::from_fn(|| page.messages.try_recv().ok()).collect()
}

fn is_over(page: &mut Listening) -> bool {
    page.messages.try_recv() == Err(TryRecvError::Disconnected)
}

#[track_caller]
fn revision(messages: &[Message]) -> String {
    match messages {
        [Message::Revision { revision, .. }] => revision.clone(),
        other => panic!("not one revision: {other:?}"),
    }
}

async fn a_page_hears_what_changes_and_nothing_else(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let mut page = stage.open(FREE, ADMIN).await.expect("open");
    let first = revision(&heard(&mut page));
    stage.look().await;
    database.execute("UPDATE subscriptions SET status = 'PAST_DUE' WHERE id = 's-m-open'").await;
    stage.look().await;
    assert_eq!(heard(&mut page), [], "nothing of it changed");
    database.execute("UPDATE subscriptions SET status = 'PAST_DUE' WHERE id = 's-m-free'").await;
    stage.look().await;
    let second = revision(&heard(&mut page));
    assert_ne!(second, first);
    stage.look().await;
    assert_eq!(heard(&mut page), [], "it was told");

    // A reader that does not read misses revisions, but not the newest.
    for n in 0..9 {
        database.execute(&format!("UPDATE plans SET max_instances = {n} WHERE key = 'FREE3'")).await;
        stage.look().await;
    }
    assert!(heard(&mut page).len() < 9);
    stage.look().await;
    let newest = revision(&heard(&mut page));
    let mut other = stage.open(FREE, ADMIN).await.expect("open");
    assert_eq!(revision(&heard(&mut other)), newest);
}

async fn only_members_are_told(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    for (mandate, user) in [(FREE, STRANGER), (FREE, DISABLED), ("m-none", ADMIN)] {
        assert!(matches!(stage.open(mandate, user).await, Err(WatchError::Stranger)), "{mandate} {user}");
    }
    let mut pages = [stage.open(FREE, MEMBER).await.expect("open"), stage.open(PAID, MEMBER).await.expect("open")];
    pages.iter_mut().for_each(|page| drop(heard(page)));
    database.execute("UPDATE memberships SET enabled = 0 WHERE user_id = 'u-member' AND mandate_id = 'm-free'").await;
    stage.look().await;
    assert_eq!(heard(&mut pages[0]), [Message::End(Ending::MembershipEnded)]);
    assert!(is_over(&mut pages[0]));
    assert_eq!(heard(&mut pages[1]), []);
    database.execute("DELETE FROM memberships WHERE user_id = 'u-member'").await;
    stage.look().await;
    assert_eq!(heard(&mut pages[1]), [Message::End(Ending::MembershipEnded)]);
}

async fn one_statement_for_all(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let ((), sql) = statements::counted(stage.look()).await;
    assert!(sql.is_empty(), "nobody looks: {sql:?}");
    let mut pages = Vec::new();
    for user in [ADMIN, MEMBER, "u-a0", "u-a1"] {
        for mandate in [FREE, PAID, OPEN] {
            pages.push(stage.open(mandate, user).await.expect("open"));
        }
    }
    database.execute("UPDATE plans SET max_instances = 1").await;
    let ((), sql) = statements::counted(stage.look()).await;
    assert_eq!(sql.len(), 1, "{sql:?}");
    for page in &mut pages {
        assert_eq!(heard(page).len(), 2, "how things stood, and how they stand");
    }
    drop(pages);
    let ((), sql) = statements::counted(stage.look()).await;
    assert!(sql.is_empty(), "nobody looks any more: {sql:?}");
}

#[tokio::test]
async fn a_silent_page_hears_that_it_is_connected() {
    let database = engines::sqlite().await;
    let stage = Stage::on(&database).await;
    let mut page = stage.open(FREE, ADMIN).await.expect("open");
    heard(&mut page);
    for (pass, expected) in
        [(19_999, vec![]), (1, vec![Message::Heartbeat]), (19_999, vec![]), (1, vec![Message::Heartbeat])]
    {
        stage.clock.advance(pass);
        stage.look().await;
        assert_eq!(heard(&mut page), expected, "after {pass} more");
    }
    stage.clock.advance(10_000);
    database.execute("UPDATE plans SET max_instances = 1").await;
    stage.look().await;
    revision(&heard(&mut page));
    stage.clock.advance(19_999);
    stage.look().await;
    assert_eq!(heard(&mut page), [], "a revision is a sign of life, too");
}

#[tokio::test]
async fn a_page_ends_with_its_token() {
    let database = engines::sqlite().await;
    let stage = Stage::on(&database).await;
    let until = stage.clock.now() + 5_000;
    let mut short = stage.watcher.open(viewer(FREE, ADMIN), until).await.expect("open");
    let mut long = stage.open(FREE, ADMIN).await.expect("open");
    stage.clock.advance(4_999);
    stage.look().await;
    assert_eq!((heard(&mut short).len(), heard(&mut long).len()), (1, 1));
    stage.clock.advance(1);
    // Also while the database cannot be asked.
    stage.store.close().await;
    assert!(stage.watcher.look().await.is_err());
    assert_eq!(heard(&mut short), [Message::End(Ending::TokenExpired)]);
    assert!(is_over(&mut short) && !is_over(&mut long));
}

#[tokio::test]
async fn a_host_that_stops_lets_all_pages_go() {
    let database = engines::sqlite().await;
    let stage = Stage::on(&database).await;
    let mut pages = [stage.open(FREE, ADMIN).await.expect("open"), stage.open(PAID, MEMBER).await.expect("open")];
    let stop = tokio_util::sync::CancellationToken::new();
    stop.cancel();
    stage.watcher.run(stop).await;
    for page in &mut pages {
        assert_eq!(heard(page).last(), Some(&Message::End(Ending::Draining)));
        assert!(is_over(page));
    }
    assert!(matches!(stage.open(FREE, ADMIN).await, Err(WatchError::Draining)));
}

#[tokio::test]
async fn one_user_keeps_four_pages_open_and_no_more() {
    let database = engines::sqlite().await;
    let stage = Stage::on(&database).await;
    let mut pages = Vec::new();
    for mandate in [FREE, FREE, PAID, OPEN] {
        pages.push(stage.open(mandate, ADMIN).await.expect("open"));
    }
    assert_eq!(pages.len(), MOST_PAGES);
    assert!(matches!(stage.open(FREE, ADMIN).await, Err(WatchError::TooMany)));
    let other = stage.open(FREE, MEMBER).await.expect("another user has their own");
    pages.pop();
    // What is refused takes no place.
    for _ in 0..9 {
        assert!(matches!(stage.open("m-none", ADMIN).await, Err(WatchError::Stranger)));
    }
    pages.push(stage.open(FREE, ADMIN).await.expect("a place was given up"));
    assert!(matches!(stage.open(FREE, ADMIN).await, Err(WatchError::TooMany)));
    drop(other);
}
