//! What a host does all day: compares the subscriptions whose turn it is, and repairs what has differed for a round.

use std::{
    collections::{HashMap, hash_map::Entry},
    time::Duration,
};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Reconciler,
    guard::{Hold, may_repair},
    look::Look,
    matrix::OVERDUE,
};
use crate::ports::{clock::Millis, store::StoreError};

/// How many subscriptions one host compares at the same moment.
const MOST_AT_ONCE: usize = 8;

/// The shortest pause between two looks for what is due.
const SHORTEST_TICK: Duration = Duration::from_millis(100);

impl Reconciler {
    /// Runs until the token is cancelled. Each subscription is due every so often, give or take a tenth, and at once when
    /// it was marked as due.
    pub async fn run(&self, shutdown: CancellationToken) {
        let every = u64::try_from(self.settings.every).unwrap_or(0);
        let tick = Duration::from_millis(every / 10).max(SHORTEST_TICK);
        let mut alarmed = HashMap::new();
        while !shutdown.is_cancelled() {
            if let Err(error) = self.pass(&shutdown).await {
                tracing::warn!(%error, "subscriptions could not be compared with the billing provider");
            }
            if let Err(error) = self.alarm(&mut alarmed).await {
                tracing::warn!(%error, "operations that take too long could not be looked for");
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(tick) => {}
            }
        }
    }

    /// Compares what is due now, on this host or another.
    async fn pass(&self, shutdown: &CancellationToken) -> Result<(), StoreError> {
        let every = self.settings.every;
        self.store.enroll(every).await?;
        let mut looks = JoinSet::new();
        while !shutdown.is_cancelled() {
            let next = every / 10 * 9 + self.randomness.below((every / 5).max(1));
            let Some(subscription) = self.store.claim_check(self.settings.lease, next).await? else { break };
            while looks.len() >= MOST_AT_ONCE {
                let _ = looks.join_next().await;
            }
            let reconciler = self.clone();
            looks.spawn(async move {
                if let Err(error) = reconciler.attend(&subscription).await {
                    tracing::warn!(%subscription, %error, "a subscription could not be compared");
                }
            });
        }
        while looks.join_next().await.is_some() {}
        Ok(())
    }

    /// Compares one subscription and repairs it, if that may be done without asking.
    async fn attend(&self, subscription_id: &str) -> Result<(), StoreError> {
        let Some(look) = self.look(subscription_id).await? else {
            return self.store.record_look(subscription_id, self.clock.now()).await;
        };
        self.keep(&look).await?;
        tell(&look);
        let corrections = look.corrections();
        // The first look only notes it: by the second every other subscription was looked at too.
        let (false, Some(since)) = (corrections.is_empty(), look.position.repair_since) else { return Ok(()) };
        let round = self.store.round().await?;
        match may_repair(round, since, self.account(false, None).await?) {
            Ok(()) => {
                for correction in &corrections {
                    self.carry_out(&look, correction, None).await?;
                }
            }
            Err(Hold::RoundOpen) => {}
            Err(hold) => {
                tracing::error!(
                    subscription = %subscription_id, %hold,
                    "a difference to the billing provider is reported only: see `turnpike reconcile --confirm`"
                );
            }
        }
        Ok(())
    }

    /// Logs every operation that takes too long, once in that time.
    async fn alarm(&self, alarmed: &mut HashMap<String, Millis>) -> Result<(), StoreError> {
        let now = self.clock.now();
        alarmed.retain(|_, at| now.saturating_sub(*at) < OVERDUE);
        for unresolved in self.store.overdue(now.saturating_sub(OVERDUE)).await? {
            if let Entry::Vacant(entry) = alarmed.entry(unresolved.operation_id) {
                let minutes = now.saturating_sub(unresolved.since) / 60_000;
                tracing::error!(operation = %entry.key(), minutes, "an operation is still unresolved");
                entry.insert(now);
            }
        }
        Ok(())
    }
}

/// Differences are logged at each look: a log without them says that all is right.
fn tell(look: &Look) {
    let bound = &look.position.bound;
    for finding in look.findings.iter().filter(|finding| finding.is_difference()) {
        tracing::error!(
            subscription = %bound.subscription_id, mandate = %bound.mandate_id, kind = finding.row().kind,
            "billing and our data differ"
        );
    }
}
