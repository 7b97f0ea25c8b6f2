//! Requests that wait for a change on this host: told by the runner the moment it is settled.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tokio::sync::watch;

use crate::ports::store::change::ChangeRecord;

/// Who waits for which change. Requests on other hosts find out by reading.
#[derive(Debug, Default)]
pub struct Waiters {
    by_change: Mutex<HashMap<String, watch::Sender<Option<ChangeRecord>>>>,
}

impl Waiters {
    /// Begins to wait for a change. Subscribe before the change can be settled, or read it once afterwards.
    pub fn subscribe(&self, change_id: &str) -> watch::Receiver<Option<ChangeRecord>> {
        let mut waiting = self.by_change.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, sender| sender.receiver_count() > 0);
        waiting.entry(change_id.to_owned()).or_insert_with(|| watch::channel(None).0).subscribe()
    }

    /// Tells everyone who waits for the change how it was settled.
    pub fn settled(&self, change: ChangeRecord) {
        let mut waiting = self.by_change.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = waiting.remove(&change.id) {
            sender.send_replace(Some(change));
        }
    }
}
