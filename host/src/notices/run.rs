//! The mailer's life: pass after pass until the service stops.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{backoff, mailer::Mailer};

impl Mailer {
    /// Delivers what is due until `shutdown`; a pass that has begun is finished. While the store is away it is asked less
    /// and less often.
    pub async fn run(&self, shutdown: CancellationToken) {
        let mut failures = 0_i64;
        while !shutdown.is_cancelled() {
            match self.deliver_due().await {
                Ok(_) => failures = 0,
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::warn!(%error, failures, "notices cannot be read or recorded");
                }
            }
            let poll = self.settings.poll;
            let pause = backoff::pause(failures, poll, poll.saturating_mul(8), (self.roll)());
            let pause = Duration::from_millis(u64::try_from(pause).unwrap_or_default());
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
