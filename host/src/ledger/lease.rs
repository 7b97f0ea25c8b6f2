//! How long this host may still act on an operation it holds, by its own clocks.
//!
//! A host may stand still at any point: stopped by a signal, swapped out, with its machine asleep. When it goes on, its
//! lease may be over, the operation another's, and its key so old that the provider would execute it anew. So it looks
//! at the clock before it sends. The key is the fence towards the provider; this is the second one.

use std::time::Duration;

use tokio::time::Instant;

use crate::ports::clock::Millis;

/// Since when this host holds an operation. Taken before the store is asked, so that it is over here before it is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    since: Instant,
    at: Millis,
}

impl Held {
    /// From now on, or from an instant shortly before.
    #[expect(clippy::disallowed_methods, reason = "how much time passes is measured on a clock that cannot be set")]
    pub(super) fn from(at: Millis) -> Self {
        Self { since: Instant::now(), at }
    }

    /// For how long, in milliseconds: by the clock that cannot be set, and by the one that goes on while a machine sleeps.
    pub(super) fn so_far(&self, now: Millis) -> i64 {
        let measured = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        measured.max(now.saturating_sub(self.at))
    }
}

/// Whether a request may still be sent by who has held an operation for so long: it is over, one way or another, before
/// the lease is. All in milliseconds.
#[must_use]
pub fn leaves_time_to_send(held_for: i64, lease: i64, longest_send: Duration) -> bool {
    let longest_send = i64::try_from(longest_send.as_millis()).unwrap_or(i64::MAX);
    held_for < lease.saturating_sub(longest_send)
}
