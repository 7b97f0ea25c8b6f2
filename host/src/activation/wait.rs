//! Waiting for billing: a request stays as long as it is told to, and no longer.

use core_wasm::reason::Reason;
use tokio::{
    sync::watch,
    time::{Duration, Instant, sleep, sleep_until, timeout_at},
};

use super::Desk;
use crate::ports::store::change::{ChangeKind, ChangeRecord};

/// How often a change is read that another host may have settled.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How often, and after which pauses, a request that gives up tries to cancel its change.
const GIVE_UP_TRIES: usize = 3;
const GIVE_UP_PAUSE: Duration = Duration::from_millis(150);

impl Desk {
    /// The change once it is settled, or as it stands when the wait is over. An activation for which by then certainly
    /// nothing was sent is cancelled: the caller is told that nothing will happen.
    pub(super) async fn outcome(
        &self,
        change: ChangeRecord,
        mut settled: watch::Receiver<Option<ChangeRecord>>,
    ) -> ChangeRecord {
        if change.state.is_settled() || !waits(&change) {
            return change;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "how long a request waits is the runtime's time, not the domain's"
        )]
        let deadline = Instant::now() + self.inner.settings.billing_wait;
        let mut present = change;
        loop {
            #[expect(clippy::disallowed_methods, reason = "likewise")]
            let look = (Instant::now() + LOOK_AGAIN).min(deadline);
            // A look that is over ends the waiting for this host's runner: another host may have settled the change.
            let told = timeout_at(look, settled.wait_for(Option::is_some)).await;
            let told = told.map(|told| told.ok().and_then(|change| change.clone()));
            match told {
                Ok(Some(change)) => return change,
                Ok(None) => sleep_until(look).await,
                Err(_) => {}
            }
            match self.inner.store.change(&present.id).await {
                Ok(Some(read)) => present = read,
                // What was written may still happen: the caller is told where to look, not that it failed.
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "a change that a request waits for could not be read"),
            }
            if present.state.is_settled() {
                return present;
            }
            if look == deadline {
                return self.give_up(present).await;
            }
        }
    }

    async fn give_up(&self, change: ChangeRecord) -> ChangeRecord {
        if !change.is_gated() {
            return change;
        }
        let reasons = [Reason::BillingUnavailable { since: None }];
        let mut present = change;
        for _ in 0..GIVE_UP_TRIES {
            match self.inner.store.cancel(&present.id, &reasons, self.inner.clock.now()).await {
                Ok(Some(after)) if after.state.is_settled() => return after,
                Ok(after) => present = after.unwrap_or(present),
                Err(error) => {
                    tracing::warn!(%error, "a change that a request gave up waiting for could not be cancelled");
                    return present;
                }
            }
            // An attempt is under way just now: if billing is gone it is over in a moment.
            sleep(GIVE_UP_PAUSE).await;
        }
        present
    }
}

/// Whether the caller has to know what billing says: an activation that is gated, and an end.
fn waits(change: &ChangeRecord) -> bool {
    change.is_gated() || matches!(change.kind, ChangeKind::End)
}
