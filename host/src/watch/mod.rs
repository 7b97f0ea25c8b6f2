//! Tells open pages that what they show is something else by now: one watcher per host, one statement per look for all of
//! them, none while nobody looks.
//!
//! The database is asked, so that it does not matter which host wrote. What is told is a digest over the rows that answers
//! are made of: nothing has to be counted up where something is written, and nothing can be forgotten there.

mod judge;
mod pages;

use std::{sync::Arc, time::Duration};

use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use self::pages::{Pages, Told};
use crate::{
    policy::{Current, Decider, PolicyError},
    ports::{
        clock::{Clock, Millis},
        store::{
            StoreError,
            storefront::{Revision, StorefrontStore, Viewer},
        },
    },
};

/// Most pages that one user may keep open on one host.
pub const MOST_PAGES: usize = 4;
/// After so much silence a page hears that it is still connected, in milliseconds.
const HEARTBEAT: Millis = 20_000;
/// Between two looks.
const TICK: Duration = Duration::from_secs(2);
/// The least pause between two looks, however much is written.
const BREATH: Duration = Duration::from_millis(100);

/// What a page is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// How things stand.
    Revision {
        /// Another text when they stand otherwise.
        revision: String,
        /// SHA-256 of the module that decides now.
        policy: Arc<str>,
    },
    /// Nothing happened.
    Heartbeat,
    /// Nothing more will be told.
    End(Ending),
}

/// Why a page is told nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The token with which it was opened has expired.
    TokenExpired,
    /// The user is no member of the mandate any more.
    MembershipEnded,
    /// The host is about to stop.
    Draining,
}

/// Why a page is not told anything.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The user is no member of the mandate, or there is none.
    #[error("the user is no member of the mandate")]
    Stranger,
    /// The user has as many pages open as may be.
    #[error("the user has {MOST_PAGES} pages open")]
    TooMany,
    /// The host is about to stop.
    #[error("the host is draining")]
    Draining,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policy gave no answer.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// Watches for the open pages of one host. Cheap to clone.
#[derive(Clone)]
pub struct Watcher {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn StorefrontStore>,
    policy: Current,
    clock: Arc<dyn Clock>,
    pages: Arc<Pages>,
    wake: Notify,
}

/// An open page. Dropping it closes it.
pub struct Listening {
    /// What it is told.
    pub messages: mpsc::Receiver<Message>,
    place: Place,
}

/// A page's place among the open ones, which it gives up when it is dropped.
struct Place {
    pages: Arc<Pages>,
    id: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.pages.remove(self.id);
    }
}

impl Watcher {
    /// A watcher that looks at nothing until [`Watcher::run`] is called.
    #[must_use]
    pub fn new(store: Arc<dyn StorefrontStore>, policy: impl Into<Current>, clock: Arc<dyn Clock>) -> Self {
        let pages = Arc::new(Pages::default());
        Self { inner: Arc::new(Inner { store, policy: policy.into(), clock, pages, wake: Notify::new() }) }
    }

    /// Opens a page until an instant. The first thing it hears is how things stand.
    ///
    /// # Errors
    /// [`WatchError`].
    pub async fn open(&self, viewer: Viewer, until: Millis) -> Result<Listening, WatchError> {
        let Inner { store, policy, clock, pages, wake } = &*self.inner;
        let decider = policy.decider();
        let (id, messages) = pages.add(viewer.clone(), until, clock.now())?;
        let listening = Listening { messages, place: Place { pages: pages.clone(), id } };
        let revision = store.revisions(std::slice::from_ref(&viewer)).await?.into_iter().next();
        let revision = revision.ok_or(WatchError::Stranger)?;
        if !judge::members(&decider, &[(&viewer, &revision)], clock.now())?.first().is_some_and(|member| *member) {
            return Err(WatchError::Stranger);
        }
        pages.begin(listening.place.id, &told(&revision, &decider), clock.now());
        wake.notify_one();
        Ok(listening)
    }

    /// Something was written by this host: pages that show it need not wait for the next look.
    pub fn nudge(&self) {
        if !self.inner.pages.is_empty() {
            self.inner.wake.notify_one();
        }
    }

    /// Looks as long as there are pages, until the token is cancelled; then closes them all.
    pub async fn run(&self, stop: CancellationToken) {
        let Inner { pages, wake, .. } = &*self.inner;
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = wake.notified() => tokio::time::sleep(BREATH).await,
                () = tokio::time::sleep(TICK), if !pages.is_empty() => {}
            }
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "open pages could not be told how things stand");
            }
        }
        self.close();
    }

    /// Looks once: tells pages what changed, the policy included, that nothing did, or that they are told nothing more.
    ///
    /// # Errors
    /// When the store or the policy does not answer. Pages whose time is over are closed all the same.
    pub async fn look(&self) -> Result<(), WatchError> {
        let Inner { store, policy, clock, pages, .. } = &*self.inner;
        let decider = policy.decider();
        pages.keep_time(clock.now());
        let viewers = pages.viewers();
        if viewers.is_empty() {
            return Ok(());
        }
        let revisions = store.revisions(&viewers).await?;
        let now = clock.now();
        let changed: Vec<_> = viewers
            .iter()
            .zip(&revisions)
            .filter(|(viewer, revision)| pages.is_news(viewer, &told(revision, &decider)))
            .collect();
        let members = judge::members(&decider, &changed, now)?;
        for ((viewer, revision), member) in changed.into_iter().zip(members) {
            if member {
                pages.tell(viewer, &told(revision, &decider), now);
            } else {
                pages.end(viewer, Ending::MembershipEnded);
            }
        }
        Ok(())
    }

    /// Tells all pages that the host stops, and opens no more.
    pub fn close(&self) {
        self.inner.pages.close();
    }
}

/// How things stand for a viewer, by what decides now.
fn told(revision: &Revision, decider: &Decider) -> Told {
    Told { revision: revision.digest.clone(), policy: decider.policy_digest() }
}
