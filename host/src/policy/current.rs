//! The one pointer to what decides now.

use std::sync::{Arc, PoisonError, RwLock};

use super::Decider;

/// What decides on this host, to be replaced while it runs. Cheap to clone; all clones point to the same.
///
/// A request takes the decider once and makes all its decisions with that one, so that a swap in the middle of it changes
/// nothing about it.
#[derive(Clone, Debug)]
pub struct Current {
    pointer: Arc<RwLock<Arc<Decider>>>,
}

impl Current {
    /// Begins with this one.
    #[must_use]
    pub fn new(decider: Decider) -> Self {
        Self { pointer: Arc::new(RwLock::new(Arc::new(decider))) }
    }

    /// What decides now.
    #[must_use]
    pub fn decider(&self) -> Arc<Decider> {
        // Nothing can panic while the lock is held: it guards one assignment.
        Arc::clone(&self.pointer.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets another one decide from now on, and gives back the one before. Who holds that goes on with it.
    pub fn swap(&self, decider: Decider) -> Arc<Decider> {
        let mut pointer = self.pointer.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut pointer, Arc::new(decider))
    }
}

impl From<Decider> for Current {
    fn from(decider: Decider) -> Self {
        Self::new(decider)
    }
}
