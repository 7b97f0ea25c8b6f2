//! Gets refusals into the record without anybody waiting for it: a bounded queue, and one task that writes batches.
//!
//! Whoever is refused hands the refusal over and is answered: the request writes nothing and takes no lock. The task
//! writes a batch, then pauses, so that however many refusals there are, those who change something hardly notice. What
//! the queue cannot hold is dropped, counted and told.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::pseudonym::pseudonym;
use crate::ports::{
    randomness::Secrets,
    store::{
        StoreError,
        decision::{DecisionRecord, DecisionStore, PseudonymKey, UserKey},
    },
};

/// How often a batch is tried that the store does not take although it answers.
const MOST_TRIES: u32 = 5;

/// How refusals are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalSettings {
    /// Refusals that wait at most; further ones are dropped. One takes a few kilobytes.
    pub most_waiting: usize,
    /// Refusals that are written at once.
    pub batch: usize,
    /// The pause after each batch.
    pub pause: Duration,
}

impl Default for RefusalSettings {
    /// At most 200 rows a second from one host.
    fn default() -> Self {
        Self { most_waiting: 2_000, batch: 100, pause: Duration::from_millis(500) }
    }
}

/// A refusal on its way into the record.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The decision, still without a pseudonym.
    pub record: DecisionRecord,
    /// Who was refused.
    pub user_id: String,
    /// That user's key, where there was one.
    pub key: Option<PseudonymKey>,
}

/// The queue of one host. Cheap to clone.
#[derive(Clone)]
pub struct Refusals {
    sender: mpsc::Sender<Refusal>,
    dropped: Arc<AtomicU64>,
}

/// The task behind the queue.
pub struct RefusalWriter {
    receiver: mpsc::Receiver<Refusal>,
    store: Arc<dyn DecisionStore>,
    secrets: Arc<dyn Secrets>,
    settings: RefusalSettings,
    dropped: Arc<AtomicU64>,
    told: u64,
}

impl Refusals {
    /// A queue and the task that writes what is in it.
    #[must_use]
    pub fn new(
        store: Arc<dyn DecisionStore>,
        secrets: Arc<dyn Secrets>,
        settings: RefusalSettings,
    ) -> (Self, RefusalWriter) {
        let (sender, receiver) = mpsc::channel(settings.most_waiting.max(1));
        let dropped = Arc::new(AtomicU64::new(0));
        let writer = RefusalWriter { receiver, store, secrets, settings, dropped: dropped.clone(), told: 0 };
        (Self { sender, dropped }, writer)
    }

    /// Hands a refusal over, without waiting.
    pub fn hand_over(&self, refusal: Refusal) {
        if self.sender.try_send(refusal).is_err() && self.dropped.fetch_add(1, Ordering::Relaxed) == 0 {
            // Once at once; how many they are the writer tells from time to time.
            tracing::warn!("refusals come faster than they can be written: some are not on record");
        }
    }

    /// How many refusals this host dropped since it started.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl RefusalWriter {
    /// Writes until the token is cancelled, then what is left, as far as the store takes it.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut batch = Vec::with_capacity(self.settings.batch);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                received = self.receiver.recv_many(&mut batch, self.settings.batch) => {
                    if received == 0 {
                        return;
                    }
                }
            }
            if !self.persevere(&batch, &stop).await {
                break;
            }
            batch.clear();
            self.tell_dropped();
            pause(self.settings.pause, &stop).await;
        }
        self.drain(batch).await;
    }

    /// Tries until the batch is written; false when the host stops before. Meanwhile the queue fills, and what does not fit
    /// is dropped: memory stays bounded. A store that is away comes back; what it does not take for another cause is
    /// dropped after a few tries, so that it keeps nothing else waiting.
    async fn persevere(&self, batch: &[Refusal], stop: &CancellationToken) -> bool {
        let mut tries = 0;
        while let Err(error) = self.write(batch).await {
            tries += 1;
            tracing::warn!(%error, refusals = batch.len(), "refusals could not be written yet");
            if tries >= MOST_TRIES && !matches!(error, StoreError::Unavailable { .. }) {
                self.drop_counted(batch.len());
                return true;
            }
            if pause(self.settings.pause.saturating_mul(4), stop).await {
                return false;
            }
        }
        true
    }

    /// Nothing more is taken; what was taken is written. The store may say no: the host stops in time all the same.
    async fn drain(&mut self, mut batch: Vec<Refusal>) {
        self.receiver.close();
        loop {
            if let Err(error) = self.write(&batch).await {
                self.drop_counted(batch.len() + self.receiver.len());
                tracing::warn!(%error, "refusals could not be written before the end");
                break;
            }
            batch.clear();
            if self.receiver.recv_many(&mut batch, self.settings.batch).await == 0 {
                break;
            }
        }
        self.tell_dropped();
    }

    async fn write(&self, batch: &[Refusal]) -> Result<(), StoreError> {
        if batch.is_empty() {
            return Ok(());
        }
        let keys = self.keys(batch).await?;
        let decisions: Vec<DecisionRecord> = batch
            .iter()
            .map(|refusal| {
                let key = refusal.key.as_ref().or_else(|| keys.get(&refusal.user_id));
                let who = key.map(|key| pseudonym(key, &refusal.user_id));
                DecisionRecord { who, ..refusal.record.clone() }
            })
            .collect();
        self.store.keep_decisions(&decisions).await
    }

    /// The keys of those who had none when they were refused.
    async fn keys(&self, batch: &[Refusal]) -> Result<HashMap<String, PseudonymKey>, StoreError> {
        let mut without: Vec<&String> =
            batch.iter().filter(|refusal| refusal.key.is_none()).map(|refusal| &refusal.user_id).collect();
        without.sort_unstable();
        without.dedup();
        if without.is_empty() {
            return Ok(HashMap::new());
        }
        let fresh: Vec<UserKey> = without
            .into_iter()
            .map(|user_id| UserKey { user_id: user_id.clone(), key: PseudonymKey::of(&self.secrets.key()) })
            .collect();
        let keys = self.store.pseudonym_keys(&fresh).await?;
        Ok(keys.into_iter().map(|UserKey { user_id, key }| (user_id, key)).collect())
    }

    fn drop_counted(&self, lost: usize) {
        self.dropped.fetch_add(u64::try_from(lost).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How many were dropped since it was told last.
    fn tell_dropped(&mut self) {
        let dropped = self.dropped.load(Ordering::Relaxed);
        if dropped > self.told {
            tracing::warn!(dropped = dropped - self.told, "refusals are not on record");
            self.told = dropped;
        }
    }
}

/// Waits, or less when the host stops: then true.
async fn pause(span: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => true,
        () = tokio::time::sleep(span) => false,
    }
}
