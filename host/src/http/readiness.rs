//! Whether this host should get requests: started, not draining, and its store answers.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use crate::ports::store::{StoreError, Upkeep};

const STARTING: u8 = 0;
const SERVING: u8 = 1;
const DRAINING: u8 = 2;

/// How far the host is. It starts out not ready.
pub struct Readiness {
    phase: AtomicU8,
    store: Arc<dyn Upkeep>,
}

/// Why a host is not ready.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// It has not started up yet.
    #[error("the host is starting")]
    Starting,
    /// It is about to stop.
    #[error("the host is draining")]
    Draining,
    /// Its store does not answer, or has another schema.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Readiness {
    /// Of a host that is starting.
    #[must_use]
    pub fn new(store: Arc<dyn Upkeep>) -> Self {
        Self { phase: AtomicU8::new(STARTING), store }
    }

    /// The host serves from now on.
    pub fn serving(&self) {
        self.phase.store(SERVING, Ordering::Release);
    }

    /// The host finishes what it has and takes nothing new.
    pub fn draining(&self) {
        self.phase.store(DRAINING, Ordering::Release);
    }

    /// Asks the store too.
    ///
    /// # Errors
    /// [`NotReady`].
    pub async fn check(&self) -> Result<(), NotReady> {
        match self.phase.load(Ordering::Acquire) {
            SERVING => Ok(self.store.ready().await?),
            DRAINING => Err(NotReady::Draining),
            _ => Err(NotReady::Starting),
        }
    }
}
