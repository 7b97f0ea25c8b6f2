//! The open pages of a host: who looks at what, what they were told last, and when.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::mpsc::{self, error::TrySendError};

use super::{Ending, HEARTBEAT, MOST_PAGES, Message, WatchError};
use crate::ports::{clock::Millis, store::storefront::Viewer};

/// Messages that may wait for a slow reader. What does not fit is told at a later look: only the newest counts.
const WAITING: usize = 4;

/// All open pages.
#[derive(Default)]
pub(super) struct Pages {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: HashMap<u64, Page>,
    last_id: u64,
    closed: bool,
}

struct Page {
    viewer: Viewer,
    until: Millis,
    /// How it was told last that things stand.
    told: Option<Told>,
    /// When it was told anything last.
    told_at: Millis,
    sender: mpsc::Sender<Message>,
}

/// How things stand, as a page is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Of the rows that answers are made of.
    pub(super) revision: String,
    /// SHA-256 of what decides.
    pub(super) policy: Arc<str>,
}

impl Pages {
    /// A place for a page, if its user has one left.
    pub(super) fn add(
        &self,
        viewer: Viewer,
        until: Millis,
        now: Millis,
    ) -> Result<(u64, mpsc::Receiver<Message>), WatchError> {
        let mut state = self.lock();
        if state.closed {
            return Err(WatchError::Draining);
        }
        if state.open.values().filter(|page| page.viewer.user_id == viewer.user_id).count() >= MOST_PAGES {
            return Err(WatchError::TooMany);
        }
        let (sender, messages) = mpsc::channel(WAITING);
        state.last_id += 1;
        let id = state.last_id;
        state.open.insert(id, Page { viewer, until, told: None, told_at: now, sender });
        Ok((id, messages))
    }

    /// Tells a new page how things stand, unless a look did already.
    pub(super) fn begin(&self, id: u64, stand: &Told, now: Millis) {
        if let Some(page) = self.lock().open.get_mut(&id).filter(|page| page.told.is_none()) {
            page.tell(stand, now);
        }
    }

    /// Forgets a page.
    pub(super) fn remove(&self, id: u64) {
        self.lock().open.remove(&id);
    }

    /// Whether nobody looks.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().open.is_empty()
    }

    /// Who looks at what, each once.
    pub(super) fn viewers(&self) -> Vec<Viewer> {
        let viewers: BTreeSet<Viewer> = self.lock().open.values().map(|page| page.viewer.clone()).collect();
        viewers.into_iter().collect()
    }

    /// Whether a page of the viewer was told something else.
    pub(super) fn is_news(&self, viewer: &Viewer, stand: &Told) -> bool {
        self.lock().open.values().any(|page| page.viewer == *viewer && page.told.as_ref() != Some(stand))
    }

    /// Tells the pages of a viewer how things stand, where they were told something else.
    pub(super) fn tell(&self, viewer: &Viewer, stand: &Told, now: Millis) {
        let mut state = self.lock();
        let theirs = state.open.values_mut().filter(|page| page.viewer == *viewer);
        for page in theirs.filter(|page| page.told.as_ref() != Some(stand)) {
            page.tell(stand, now);
        }
    }

    /// Ends the pages of a viewer.
    pub(super) fn end(&self, viewer: &Viewer, why: Ending) {
        self.end_where(why, |page| page.viewer == *viewer);
    }

    /// Ends the pages whose time is over, and tells those that were told nothing for long that they are connected.
    pub(super) fn keep_time(&self, now: Millis) {
        self.end_where(Ending::TokenExpired, |page| now >= page.until);
        for page in self.lock().open.values_mut().filter(|page| now - page.told_at >= HEARTBEAT) {
            if page.send(Message::Heartbeat) {
                page.told_at = now;
            }
        }
    }

    /// Ends all pages and opens no more.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.end_where(Ending::Draining, |_| true);
    }

    fn end_where(&self, why: Ending, which: impl Fn(&Page) -> bool) {
        self.lock().open.retain(|_, page| {
            let ends = which(page);
            if ends {
                // A reader too slow for the word finds its stream ended.
                page.send(Message::End(why));
            }
            !ends
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    fn tell(&mut self, stand: &Told, now: Millis) {
        let Told { revision, policy } = stand.clone();
        if self.send(Message::Revision { revision, policy }) {
            self.told = Some(stand.clone());
            self.told_at = now;
        }
    }

    /// Whether there was room for it. Of a page whose reader is gone nothing is left soon, so that it counts as told.
    fn send(&self, message: Message) -> bool {
        !matches!(self.sender.try_send(message), Err(TrySendError::Full(_)))
    }
}
