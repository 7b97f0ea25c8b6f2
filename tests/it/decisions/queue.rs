//! The queue of refusals: bounded, counted, in batches, emptied at the end, and without anybody who is gone.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use turnpike::{
    adapters::{sql::SqlStore, system::SystemSecrets},
    decisions::{
        pseudonym::pseudonym,
        refusals::{Refusal, RefusalSettings, Refusals},
    },
    ports::store::{
        StoreError,
        decision::{
            DecisionFilter, DecisionRecord, DecisionStore, Member, Person, PseudonymKey, StoredDecision, UserKey,
        },
    },
};

use crate::{
    engines::{self, TestDatabase},
    scene::eventually,
    store::{
        on_both_engines,
        rows::{decision, seeded},
    },
};

on_both_engines!(
    what_does_not_fit_is_dropped_and_counted,
    each_has_the_pseudonym_of_its_user,
    a_store_that_is_away_loses_nothing_that_fits,
    what_the_store_never_takes_keeps_nothing_else_waiting,
    a_decision_is_written_once,
);

const SETTINGS: RefusalSettings = RefusalSettings { most_waiting: 3, batch: 2, pause: Duration::from_millis(10) };

const WELL: u8 = 0;
const AWAY: u8 = 1;
const UNWILLING: u8 = 2;

/// A store that takes decisions when it is in the mood.
struct Moody {
    store: SqlStore,
    mood: AtomicU8,
    tries: AtomicUsize,
}

impl Moody {
    fn new(store: SqlStore) -> Self {
        Self { store, mood: AtomicU8::new(WELL), tries: AtomicUsize::new(0) }
    }

    fn mood(&self, mood: u8) {
        self.mood.store(mood, Ordering::SeqCst);
    }

    fn tries(&self) -> usize {
        self.tries.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl DecisionStore for Moody {
    async fn keep_decisions(&self, decisions: &[DecisionRecord]) -> Result<(), StoreError> {
        self.tries.fetch_add(1, Ordering::SeqCst);
        match self.mood.load(Ordering::SeqCst) {
            AWAY => Err(StoreError::Unavailable { cause: "away".to_owned() }),
            UNWILLING => Err(StoreError::Inconsistent { cause: "unwilling".to_owned() }),
            _ => self.store.keep_decisions(decisions).await,
        }
    }

    async fn pseudonym_keys(&self, fresh: &[UserKey]) -> Result<Vec<UserKey>, StoreError> {
        self.store.pseudonym_keys(fresh).await
    }

    async fn keep_settings(&self, digest: &str, settings: &str) -> Result<(), StoreError> {
        self.store.keep_settings(digest, settings).await
    }

    async fn kept_settings(&self, digest: &str) -> Result<Option<String>, StoreError> {
        self.store.kept_settings(digest).await
    }

    async fn decisions(&self, filter: &DecisionFilter, limit: i64) -> Result<Vec<StoredDecision>, StoreError> {
        self.store.decisions(filter, limit).await
    }

    async fn decisions_after(
        &self,
        place: i64,
        filter: &DecisionFilter,
        limit: i64,
    ) -> Result<Vec<StoredDecision>, StoreError> {
        self.store.decisions_after(place, filter, limit).await
    }

    async fn find_decisions(&self, id: &str, user_id: Option<&str>) -> Result<Vec<StoredDecision>, StoreError> {
        self.store.find_decisions(id, user_id).await
    }

    async fn people(&self) -> Result<Vec<Person>, StoreError> {
        self.store.people().await
    }

    async fn members(&self, mandate_id: Option<&str>) -> Result<Vec<Member>, StoreError> {
        self.store.members(mandate_id).await
    }

    async fn forget_decisions(&self, before: i64, most: i64) -> Result<u64, StoreError> {
        self.store.forget_decisions(before, most).await
    }
}

fn refusal(id: &str, user: &str, key: Option<PseudonymKey>) -> Refusal {
    let record = DecisionRecord { allowed: false, who: None, ..decision(id).record };
    Refusal { record, user_id: user.to_owned(), key }
}

async fn what_does_not_fit_is_dropped_and_counted(database: TestDatabase) {
    let store = Arc::new(seeded(&database).await);
    let (refusals, writer) = Refusals::new(store, Arc::new(SystemSecrets), SETTINGS);
    for n in 0..8 {
        refusals.hand_over(refusal(&format!("d{n}"), "u-anna", None));
    }
    assert_eq!(refusals.dropped(), 5);
    // Stopped before it began: it writes what it has, and takes nothing more.
    let stop = CancellationToken::new();
    stop.cancel();
    writer.run(stop).await;
    assert_eq!(database.lines("SELECT id FROM decisions ORDER BY seq").await, ["d0", "d1", "d2"]);
    refusals.hand_over(refusal("late", "u-anna", None));
    assert_eq!(refusals.dropped(), 6);
}

async fn each_has_the_pseudonym_of_its_user(database: TestDatabase) {
    let store = Arc::new(seeded(&database).await);
    let (refusals, writer) =
        Refusals::new(store.clone(), Arc::new(SystemSecrets), RefusalSettings { most_waiting: 9, ..SETTINGS });
    let stop = CancellationToken::new();
    let writing = tokio::spawn(writer.run(stop.clone()));
    for (id, user) in [("d0", "u-anna"), ("d1", "u-ben"), ("d2", "u-anna"), ("d3", "u-gone"), ("d4", "u-anna")] {
        refusals.hand_over(refusal(id, user, None));
    }
    eventually("all are written", || async { database.number("SELECT count(*) FROM decisions").await == 5 }).await;
    let people = store.people().await.expect("an answer");
    let who = |user: &str| {
        let person = people.iter().find(|person| person.user_id == user).expect("a person with a key");
        pseudonym(&person.key, user)
    };
    let expected = [who("u-anna"), who("u-ben"), who("u-anna"), "nobody".to_owned(), who("u-anna")];
    assert_eq!(database.lines("SELECT coalesce(who, 'nobody') FROM decisions ORDER BY id").await, expected);
    // One key per person, however often it is asked for, and the one that was there first.
    let key = people.iter().find(|person| person.user_id == "u-anna").map(|person| person.key.clone());
    refusals.hand_over(refusal("d5", "u-anna", key));
    refusals.hand_over(refusal("d6", "u-anna", None));
    eventually("those too", || async { database.number("SELECT count(*) FROM decisions").await == 7 }).await;
    assert_eq!(database.number("SELECT count(DISTINCT who) FROM decisions").await, 2);
    assert_eq!(database.number("SELECT count(*) FROM pseudonym_keys").await, 2);
    stop.cancel();
    writing.await.expect("it ends");
}

async fn a_store_that_is_away_loses_nothing_that_fits(database: TestDatabase) {
    let store = Arc::new(Moody::new(seeded(&database).await));
    let (refusals, writer) = Refusals::new(store.clone(), Arc::new(SystemSecrets), SETTINGS);
    store.mood(AWAY);
    let stop = CancellationToken::new();
    let writing = tokio::spawn(writer.run(stop.clone()));
    // While it is tried again and again, as much waits as fits.
    let mut handed = 0;
    while refusals.dropped() == 0 || store.tries() < 10 {
        refusals.hand_over(refusal(&format!("d{handed}"), "u-anna", None));
        handed += 1;
        tokio::task::yield_now().await;
    }
    store.mood(WELL);
    let fit = handed - i64::try_from(refusals.dropped()).expect("in range");
    eventually("all that fits is written", || async { database.number("SELECT count(*) FROM decisions").await == fit })
        .await;
    stop.cancel();
    writing.await.expect("it ends");
}

async fn what_the_store_never_takes_keeps_nothing_else_waiting(database: TestDatabase) {
    let store = Arc::new(Moody::new(seeded(&database).await));
    let (refusals, writer) = Refusals::new(store.clone(), Arc::new(SystemSecrets), SETTINGS);
    store.mood(UNWILLING);
    let stop = CancellationToken::new();
    let writing = tokio::spawn(writer.run(stop.clone()));
    refusals.hand_over(refusal("d0", "u-anna", None));
    eventually("it is given up", || async { refusals.dropped() == 1 }).await;
    store.mood(WELL);
    refusals.hand_over(refusal("d1", "u-anna", None));
    eventually("the next one is written", || async { database.number("SELECT count(*) FROM decisions").await == 1 })
        .await;
    stop.cancel();
    writing.await.expect("it ends");
}

async fn a_decision_is_written_once(database: TestDatabase) {
    let store = seeded(&database).await;
    let first = decision("d0").record;
    store.keep_decisions(std::slice::from_ref(&first)).await.expect("kept");
    let other = DecisionRecord { answer: "{}".to_owned(), ..first.clone() };
    store.keep_decisions(&[other, decision("d1").record]).await.expect("kept");
    let found = store.find_decisions("d0", None).await.expect("an answer");
    assert_eq!(found.iter().map(|stored| &stored.record).collect::<Vec<_>>(), [&first]);
    assert_eq!(database.number("SELECT count(*) FROM decisions").await, 2);
    store.keep_decisions(&[]).await.expect("nothing to be kept");
}

#[tokio::test]
async fn a_store_that_never_answers_does_not_keep_a_host_from_its_end() {
    let database = engines::sqlite().await;
    let store = Arc::new(seeded(&database).await);
    let (refusals, writer) = Refusals::new(store.clone(), Arc::new(SystemSecrets), SETTINGS);
    refusals.hand_over(refusal("d0", "u-anna", None));
    refusals.hand_over(refusal("d1", "u-anna", None));
    store.close().await;
    assert!(matches!(store.people().await, Err(StoreError::Unavailable { .. })));
    let stop = CancellationToken::new();
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(30), writer.run(stop)).await.expect("it ends");
    assert_eq!(refusals.dropped(), 2);
}

#[test]
fn a_key_is_not_printed() {
    let key = PseudonymKey::of(&[7; 32]);
    assert_eq!(key.expose(), "07".repeat(32));
    assert!(!format!("{key:?}").contains("07"));
    // Fixed for ever: who was once on record stays the same.
    let expected = pseudonym(&key, "u-anna");
    assert_eq!(expected.len(), 64);
    assert_ne!(expected, pseudonym(&key, "u-ben"));
    assert_ne!(expected, pseudonym(&PseudonymKey::of(&[8; 32]), "u-anna"));
}
