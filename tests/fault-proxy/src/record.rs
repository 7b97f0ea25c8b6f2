//! What the proxy did, counted.

use std::collections::BTreeMap;

use serde::Serialize;

/// What the proxy did so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Requests that came in whole.
    pub requests: u64,
    /// How many of them met which fault, by [`Fault::kind`](crate::Fault::kind).
    pub by_kind: BTreeMap<&'static str, u64>,
    /// Requests sent to the server, duplicates counted twice.
    pub forwarded: u64,
    /// Requests that the server gave no whole answer to.
    pub unanswered: u64,
    /// Requests that are held now.
    pub held: usize,
    /// Requests that were answered or given up by their client and are still on their way to the server.
    pub late: usize,
}

impl Record {
    /// How many requests met a fault of this kind.
    #[must_use]
    pub fn of(&self, kind: &str) -> u64 {
        self.by_kind.get(kind).copied().unwrap_or(0)
    }

    /// How many requests met any fault.
    #[must_use]
    pub fn faults(&self) -> u64 {
        self.requests - self.of("pass")
    }
}
