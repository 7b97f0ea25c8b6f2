//! The simulator's one source of time: the system's clock, shifted or stopped.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Time in UTC milliseconds. Follows the system until it is set; a set clock stands still and moves only by
/// [`Clock::advance`], so that a test can compute prorations to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Clock {
    /// The system's clock plus an offset.
    Running {
        /// Milliseconds added to the system's clock.
        offset_ms: i64,
    },
    /// Stands still.
    Stopped {
        /// UTC milliseconds.
        now_ms: i64,
    },
}

impl Default for Clock {
    fn default() -> Self {
        Self::Running { offset_ms: 0 }
    }
}

impl Clock {
    /// Now, in UTC milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        match self {
            Self::Running { offset_ms } => system_ms().saturating_add(*offset_ms),
            Self::Stopped { now_ms } => *now_ms,
        }
    }

    /// Now, in UTC seconds, as Stripe's objects carry it.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Stops the clock at an instant given in UTC milliseconds.
    pub fn set(&mut self, now_ms: i64) {
        *self = Self::Stopped { now_ms };
    }

    /// Moves the clock forward; a running clock goes on running.
    pub fn advance(&mut self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        match self {
            Self::Running { offset_ms } => *offset_ms = offset_ms.saturating_add(by),
            Self::Stopped { now_ms } => *now_ms = now_ms.saturating_add(by),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the simulator asks the machine for the time")]
fn system_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
