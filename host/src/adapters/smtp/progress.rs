//! Who already has a copy of a mail that not everybody got yet.
//!
//! Kept in memory only: after a restart, or on another host, a repeat reaches all again under the same Message-ID.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Beyond this many unfinished mails the oldest is forgotten.
const MOST_MAILS: usize = 200;

/// The unfinished mails, oldest first.
#[derive(Default)]
pub(super) struct Progress(Mutex<VecDeque<Started>>);

struct Started {
    message_id: String,
    accepted: BTreeSet<String>,
}

impl Progress {
    /// Whether the recipient has a copy.
    pub(super) fn has(&self, message_id: &str, recipient: &str) -> bool {
        self.mails().iter().any(|mail| mail.message_id == message_id && mail.accepted.contains(recipient))
    }

    /// Notes that the recipient has one.
    pub(super) fn note(&self, message_id: &str, recipient: &str) {
        let mut mails = self.mails();
        if let Some(mail) = mails.iter_mut().find(|mail| mail.message_id == message_id) {
            mail.accepted.insert(recipient.to_owned());
            return;
        }
        if mails.len() >= MOST_MAILS {
            mails.pop_front();
        }
        mails
            .push_back(Started { message_id: message_id.to_owned(), accepted: BTreeSet::from([recipient.to_owned()]) });
    }

    /// The mail is finished.
    pub(super) fn forget(&self, message_id: &str) {
        self.mails().retain(|mail| mail.message_id != message_id);
    }

    fn mails(&self) -> MutexGuard<'_, VecDeque<Started>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_first() {
        let progress = Progress::default();
        for number in 0..=MOST_MAILS {
            progress.note(&number.to_string(), "ada@example.org");
        }
        assert!(!progress.has("0", "ada@example.org"));
        assert!(progress.has("1", "ada@example.org"));
        assert!(!progress.has("1", "bob@example.org"));
        progress.forget("1");
        assert!(!progress.has("1", "ada@example.org"));
    }
}
