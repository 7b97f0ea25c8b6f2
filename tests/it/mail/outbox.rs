//! An outbox in memory that keeps what the port promises, so that the mailer's own part can be seen alone.

use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use turnpike::ports::{
    clock::Millis,
    store::{
        StoreError,
        outbox::{Digest, NewNotice, OutboxStore, Recipient},
    },
};

/// What became of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Due again from then on, after so many attempts.
    Waiting {
        from: Millis,
        attempts: i64,
    },
    Sent(Millis),
    Dead(String),
}

/// Notices of one mandate with its members.
#[derive(Debug, Default)]
pub(super) struct MemoryOutbox {
    notices: Mutex<Vec<(NewNotice, State)>>,
    members: Vec<Recipient>,
    pub(super) broken: Mutex<bool>,
}

impl MemoryOutbox {
    pub(super) fn new(members: Vec<Recipient>, notices: impl IntoIterator<Item = NewNotice>) -> Self {
        let waiting = |notice: NewNotice| {
            let from = notice.created_at;
            (notice, State::Waiting { from, attempts: 0 })
        };
        Self { notices: Mutex::new(notices.into_iter().map(waiting).collect()), members, ..Self::default() }
    }

    pub(super) fn states(&self) -> Vec<State> {
        self.lock().iter().map(|(_, state)| state.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(NewNotice, State)>> {
        self.notices.lock().expect("notices")
    }

    fn settle(&self, ids: &[String], state: impl Fn(i64) -> State) {
        for (notice, is) in self.lock().iter_mut().filter(|(notice, _)| ids.contains(&notice.id)) {
            let State::Waiting { attempts, .. } = is else { panic!("`{}` was settled before: {is:?}", notice.id) };
            *is = state(*attempts);
        }
    }
}

#[async_trait]
impl OutboxStore for MemoryOutbox {
    async fn claim_notices(&self, now: Millis, window: i64, lease: i64) -> Result<Option<Digest>, StoreError> {
        if *self.broken.lock().expect("switch") {
            return Err(StoreError::Unavailable { cause: "switched off".to_owned() });
        }
        let mut notices = self.lock();
        let mut unsent = notices
            .iter_mut()
            .filter_map(|(notice, state)| match state {
                State::Waiting { from, attempts } => Some((notice, from, attempts)),
                State::Sent(_) | State::Dead(_) => None,
            })
            .collect::<Vec<_>>();
        let is_due = unsent.iter().any(|(notice, _, _)| notice.created_at + window <= now)
            && unsent.iter().all(|(_, from, _)| **from <= now);
        if !is_due {
            return Ok(None);
        }
        for (_, from, _) in &mut unsent {
            **from = now + lease;
        }
        Ok(Some(Digest {
            mandate_id: "m1".to_owned(),
            mandate_label: "Muster AG".to_owned(),
            attempts: unsent.iter().map(|(_, _, attempts)| **attempts).max().unwrap_or_default(),
            notices: unsent.into_iter().map(|(notice, _, _)| notice.clone()).collect(),
            members: self.members.clone(),
        }))
    }

    async fn sent(&self, notice_ids: &[String], at: Millis) -> Result<(), StoreError> {
        self.settle(notice_ids, |_| State::Sent(at));
        Ok(())
    }

    async fn not_sent(&self, notice_ids: &[String], retry_at: Option<Millis>, cause: &str) -> Result<(), StoreError> {
        self.settle(notice_ids, |attempts| match retry_at {
            Some(from) => State::Waiting { from, attempts: attempts + 1 },
            None => State::Dead(cause.to_owned()),
        });
        Ok(())
    }
}
