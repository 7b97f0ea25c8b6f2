//! How fast the provider is read: the one place, at most half of what it allows.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::Clock as GovernorClock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};

use crate::ports::clock::Clock;

/// Reads per second of one host: Stripe allows 100 a second in live mode and 25 in a sandbox, for everything together.
#[must_use]
pub const fn reads_per_second(is_live: bool) -> NonZeroU32 {
    let rate = if is_live { 50 } else { 10 };
    match NonZeroU32::new(rate) {
        Some(rate) => rate,
        None => NonZeroU32::MIN,
    }
}

/// Lets reads through at an even pace.
pub struct Pace {
    bucket: RateLimiter<NotKeyed, InMemoryState, PortClock, NoOpMiddleware<Duration>>,
    clock: PortClock,
}

impl Pace {
    /// A pace of so many reads per second, with one to begin with: reads never come in bursts.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, per_second: NonZeroU32) -> Self {
        let clock = PortClock(clock);
        let quota = Quota::per_second(per_second).allow_burst(NonZeroU32::MIN);
        Self { bucket: RateLimiter::direct_with_clock(quota, clock.clone()), clock }
    }

    /// Takes a read out of the bucket, or says how long to wait for one.
    ///
    /// # Errors
    /// The time until the next read is let through.
    pub fn take(&self) -> Result<(), Duration> {
        self.bucket.check().map_err(|not_yet| not_yet.wait_time_from(self.clock.now()))
    }

    /// Waits until a read is let through.
    pub async fn wait(&self) {
        while let Err(pause) = self.take() {
            tokio::time::sleep(pause.max(Duration::from_millis(1))).await;
        }
    }
}

/// Our clock as the bucket reads it.
#[derive(Clone)]
struct PortClock(Arc<dyn Clock>);

impl GovernorClock for PortClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now()).unwrap_or(0))
    }
}
