//! Requests that wait for a change on this host: told by the runner the moment it is settled.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tokio::sync::watch;

/// Who waits for which change. Requests on other hosts find out by reading.
#[derive(Debug, Default)]
pub struct Waiters {
    by_change: Mutex<HashMap<String, watch::Sender<bool>>>,
}

impl Waiters {
    /// Begins to wait for a change. Subscribe before the change can be settled, or read it once afterwards.
    pub fn subscribe(&self, change_id: &str) -> watch::Receiver<bool> {
        let mut waiting = self.by_change.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, sender| sender.receiver_count() > 0);
        waiting.entry(change_id.to_owned()).or_insert_with(|| watch::channel(false).0).subscribe()
    }

    /// Tells everyone who waits that the change is settled.
    pub fn settled(&self, change_id: &str) {
        let mut waiting = self.by_change.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = waiting.remove(change_id) {
            sender.send_replace(true);
        }
    }
}
