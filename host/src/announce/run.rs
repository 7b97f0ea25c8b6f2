//! The announcer's life: look after look until the service stops.

use tokio_util::sync::CancellationToken;

use super::announcer::{AnnounceError, Announcer};
use crate::ports::{clock::Millis, store::StoreError};

impl Announcer {
    /// Tells events until `shutdown`, then waits for what is on its way. While nothing is to be told, a look is one read.
    pub async fn run(&self, shutdown: CancellationToken) {
        let mut looked_at = None;
        while !shutdown.is_cancelled() {
            if let Err(error) = self.look(&mut looked_at).await {
                tracing::warn!(%error, "events cannot be told");
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.inner.wake.notified() => {}
                () = tokio::time::sleep(self.inner.settings.tick) => {}
            }
        }
        self.inner.running.close();
        self.inner.running.wait().await;
    }

    /// `looked_at`: when this host last asked for its turn to look how instances stand. A failure of that keeps no event
    /// from being sent.
    async fn look(&self, looked_at: &mut Option<Millis>) -> Result<(), AnnounceError> {
        let (now, every) = (self.inner.clock.now(), self.inner.settings.standing_every);
        let mut looked = Ok(());
        if looked_at.is_none_or(|at| !(0..every).contains(&now.saturating_sub(at))) {
            *looked_at = Some(now);
            looked = self.look_how_instances_stand().await;
        }
        if self.inner.store.has_events_to_tell(now).await? {
            self.place().await?;
            self.begin_due().await?;
        }
        looked
    }

    /// Begins to send what is due, as far as there is room.
    async fn begin_due(&self) -> Result<(), StoreError> {
        while self.inner.running.len() < self.inner.settings.most_running {
            let Some((claim, delivery)) = self.claim().await? else { break };
            let announcer = self.clone();
            self.inner.running.spawn(async move {
                if let Err(error) = announcer.send(&claim, &delivery).await {
                    tracing::warn!(%error, event.id = delivery.event.id, "what became of an event was not kept");
                }
                // The next one of its mandate, and whatever there was no room for.
                announcer.inner.wake.notify_one();
            });
        }
        Ok(())
    }
}
