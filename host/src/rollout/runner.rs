//! Looks at the file, judges candidates, swaps, and reports, until the host stops.

use std::{path::PathBuf, sync::Arc, time::Duration};

use core_wasm::settings::Settings;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    file::{Look, Watched},
    signal::Reloads,
};
use crate::{
    policy::{self, Current, Decider, Gates, Limits, LoadError, Policy},
    ports::{
        clock::{Clock, Millis},
        store::{
            audit::{AuditEntry, Origin, Who},
            policy::{Begun, HostPolicy, PolicyStore},
        },
    },
};

/// Between the two looks that must show the same.
const SETTLE: Duration = Duration::from_millis(300);
/// Looks at a file that changes all the time, before something else gets its turn.
const MOST_LOOKS: usize = 10;
/// How often a host tells what it decides with.
const REPORT_EVERY: Duration = Duration::from_secs(10);
/// How long a host that stops tries to say so.
const FAREWELL: Duration = Duration::from_secs(1);
/// A host that told nothing for so long does not run any more, in milliseconds.
pub const STALE: i64 = 60_000;

/// Who reports.
#[derive(Clone, Debug)]
pub struct Host {
    /// The id that it takes leases under.
    pub id: String,
    /// Its machine and address.
    pub name: String,
}

/// Keeps one host's policy that of its file.
pub struct Rollout {
    /// What decides.
    pub current: Current,
    /// What a candidate must show.
    pub gates: Gates,
    /// The file; without one there is nothing to look at.
    pub file: Option<PathBuf>,
    /// How often it is looked at.
    pub poll: Duration,
    /// The archive, and where hosts report.
    pub store: Arc<dyn PolicyStore>,
    /// Who reports.
    pub host: Host,
    /// When something comes into use.
    pub clock: Arc<dyn Clock>,
}

/// What came of looking at the file.
enum Outcome {
    /// Nothing to do, or nothing that can be done now.
    Unchanged,
    /// It is to be looked at again shortly.
    Unsettled,
    /// Another policy decides, or one was refused.
    Judged,
}

impl Rollout {
    /// Runs until the token is cancelled. `reload` asks for a look now.
    pub async fn run(self, mut reload: Reloads, stop: CancellationToken) {
        let mut watched = Watched::new(self.current.decider().policy_digest().to_string());
        let mut refused = None;
        let mut polls = ticks(self.poll);
        let mut reports = ticks(REPORT_EVERY);
        loop {
            let look = tokio::select! {
                () = stop.cancelled() => break,
                _ = polls.tick() => self.file.is_some(),
                _ = reports.tick() => {
                    self.report(refused.as_deref()).await;
                    false
                }
                Some(()) = reload.recv() => self.asked(&mut watched, &mut refused),
            };
            if look && self.follow(&mut watched, &mut refused, &stop).await {
                self.report(refused.as_deref()).await;
            }
        }
        // A database that is away must not keep the host from its end.
        if !matches!(timeout(FAREWELL, self.store.forget_policy(&self.host.id)).await, Ok(Ok(()))) {
            tracing::debug!("the host is listed for another minute");
        }
    }

    /// SIGHUP: what was refused is judged again, so that the log says once more what is wrong with it.
    fn asked(&self, watched: &mut Watched, refused: &mut Option<String>) -> bool {
        let Some(file) = &self.file else {
            tracing::warn!("asked to reload the policy, but no file is configured: set `TURNPIKE_POLICY`");
            return false;
        };
        tracing::info!(file = %file.display(), "asked to reload the policy");
        watched.again(&self.current.decider().policy_digest());
        *refused = None;
        true
    }

    /// Looks until the file is settled; whether something was judged.
    async fn follow(&self, watched: &mut Watched, refused: &mut Option<String>, stop: &CancellationToken) -> bool {
        for _ in 0..MOST_LOOKS {
            match self.look(watched, refused).await {
                Outcome::Unchanged => return false,
                Outcome::Judged => return true,
                Outcome::Unsettled => tokio::select! {
                    () = stop.cancelled() => return false,
                    () = sleep(SETTLE) => {}
                },
            }
        }
        false
    }

    async fn look(&self, watched: &mut Watched, refused: &mut Option<String>) -> Outcome {
        let Some(file) = self.file.clone() else { return Outcome::Unchanged };
        let content = match blocking(move || policy::read(file)).await {
            Ok(content) => content,
            Err(error) => {
                watched.again(&self.current.decider().policy_digest());
                return refuse(&error, refused);
            }
        };
        let decider = self.current.decider();
        if decider.policy().bytes() == content {
            // Nothing happened, or what was refused is gone again.
            watched.again(&decider.policy_digest());
            if refused.take().is_none() {
                return Outcome::Unchanged;
            }
            tracing::info!("the policy file holds what decides again");
            return Outcome::Judged;
        }
        match watched.look(&content) {
            Look::Same => Outcome::Unchanged,
            Look::Unsettled => Outcome::Unsettled,
            Look::Candidate => self.judge(content, watched, refused).await,
        }
    }

    async fn judge(&self, content: Vec<u8>, watched: &mut Watched, refused: &mut Option<String>) -> Outcome {
        let gates = self.gates.clone();
        // Compiling takes a tenth of a second: nobody waits for it.
        let policy = match blocking(move || gates.admit(&content, Limits::default())).await {
            Ok(policy) => policy,
            Err(error) => {
                watched.judged();
                return refuse(&error, refused);
            }
        };
        // Nothing decides that is not in the archive. When the store does not answer the file stays a candidate.
        let entry = uses(&self.host.name, policy.digest(), self.clock.now());
        if let Err(error) = self.store.keep_policy(policy.digest(), policy.bytes(), Begun::Swap, &entry).await {
            tracing::warn!(%error, policy.digest = policy.digest(), "the policy cannot be kept yet, and does not decide before");
            return Outcome::Unchanged;
        }
        watched.judged();
        *refused = None;
        self.swap(policy);
        Outcome::Judged
    }

    fn swap(&self, policy: Policy) {
        let settings: Settings = self.current.decider().settings().clone();
        let decider = Decider::new(policy, settings);
        let digest = decider.policy_digest();
        let before = self.current.swap(decider);
        tracing::info!(policy.digest = %digest, before = %before.policy_digest(), "policy swapped");
    }

    async fn report(&self, refused: Option<&str>) {
        let decider = self.current.decider();
        let report = HostPolicy {
            host: self.host.id.clone(),
            name: self.host.name.clone(),
            policy_digest: decider.policy_digest().to_string(),
            settings_digest: decider.settings_digest().to_owned(),
            refused: refused.map(str::to_owned),
        };
        if let Err(error) = self.store.report_policy(&report, STALE).await {
            tracing::warn!(%error, "what decides on this host could not be reported");
        }
    }
}

/// What is written down where a policy comes into use in place of another: by which host, and when.
#[must_use]
pub fn uses(host: &str, digest: &str, now: Millis) -> AuditEntry {
    let origin = Origin { address: Some(host.to_owned()), trace_id: None };
    AuditEntry { origin, ..AuditEntry::new(now, Who::System("policy"), "use policy", digest) }
}

/// Told once per cause: a file that stays bad is looked at again and again.
fn refuse(error: &LoadError, refused: &mut Option<String>) -> Outcome {
    let why = error.in_full();
    if refused.as_ref() == Some(&why) {
        return Outcome::Unchanged;
    }
    tracing::error!(error = why, "policy refused: what decided before goes on");
    *refused = Some(why);
    Outcome::Judged
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LoadError> + Send + 'static,
) -> Result<T, LoadError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(LoadError::Interrupted))
}

/// From now on, without making up for what was missed.
fn ticks(every: Duration) -> Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
