//! What requests came to, counted; and which instances each idempotency key was told of.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Counts of one run.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Counts>);

#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// By request, status and code.
    pub(crate) outcomes: BTreeMap<String, u64>,
    /// Instances that answers with a key called activated, by user and key.
    pub(crate) activated: BTreeMap<String, BTreeSet<String>>,
}

impl Tally {
    pub(crate) fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn outcome(&self, what: &str, status: u16, code: &str) {
        let outcome = match status {
            0 => format!("{what}: no answer"),
            _ => format!("{what}: {status} {code}"),
        };
        *self.counts().outcomes.entry(outcome.trim_end().to_owned()).or_default() += 1;
    }

    pub(crate) fn activated(&self, key: &str, instance: &str) {
        self.counts().activated.entry(key.to_owned()).or_default().insert(instance.to_owned());
    }
}
