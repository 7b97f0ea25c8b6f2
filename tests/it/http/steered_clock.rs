//! A clock that stands until it is moved.

use std::sync::atomic::{AtomicI64, Ordering};

use turnpike::ports::clock::{Clock, Millis};

/// Where it starts, in seconds since 1970.
pub(crate) const START: i64 = 1_800_000_000;

#[derive(Debug)]
pub(crate) struct SteeredClock(AtomicI64);

impl Default for SteeredClock {
    fn default() -> Self {
        Self(AtomicI64::new(START * 1000))
    }
}

impl SteeredClock {
    pub(crate) fn advance(&self, milliseconds: Millis) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for SteeredClock {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
}
