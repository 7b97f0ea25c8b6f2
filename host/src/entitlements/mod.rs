//! Who may use what: the embedding product asks on each of its requests, the policy answers from one read.

use std::sync::Arc;

use core_wasm::{decision::ShownState, instants};

pub use crate::ports::store::entitlement::Check;
use crate::{
    facts,
    policy::{Current, PolicyError},
    ports::{
        clock::{Clock, Millis},
        store::{
            StoreError,
            entitlement::{EntitlementStore, Holding},
        },
    },
};

/// Most checks that are answered at once: what the rules are asked in one call stays far below their limits.
pub const MOST_CHECKS: usize = 100;

/// Answers checks. Cheap to clone.
#[derive(Clone)]
pub struct Entitlements {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn EntitlementStore>,
    policy: Current,
    clock: Arc<dyn Clock>,
}

/// What a user may use in a mandate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entitlement {
    /// The living instances to which the user has access, in order; none for whoever is no member.
    pub instances: Vec<EntitledInstance>,
    /// The next instant at which time alone may change the answer; `None` = never.
    pub valid_until: Option<Millis>,
}

/// An instance to which a user has access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntitledInstance {
    /// Its id.
    pub instance_id: String,
    /// Its feature.
    pub feature_code: String,
    /// Its label.
    pub label: Option<String>,
    /// Its state.
    pub state: ShownState,
    /// Whether the user can use it now.
    pub usable: bool,
    /// Whether the user's access to it is switched on.
    pub access_enabled: bool,
    /// Labels of the user's roles there, in order.
    pub roles: Vec<String>,
}

/// Why a check has no answer.
#[derive(Debug, thiserror::Error)]
pub enum EntitlementError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policy gave no answer.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl Entitlement {
    /// Whether the user can use anything of what was asked about.
    #[must_use]
    pub fn is_entitled(&self) -> bool {
        self.instances.iter().any(|instance| instance.usable)
    }
}

impl Entitlements {
    /// Answers from this store, by whatever policy decides.
    #[must_use]
    pub fn new(store: Arc<dyn EntitlementStore>, policy: Current, clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { store, policy, clock }) }
    }

    /// One check.
    ///
    /// # Errors
    /// [`EntitlementError`].
    pub async fn check(&self, check: Check) -> Result<Entitlement, EntitlementError> {
        Ok(self.check_all(&[check]).await?.pop().unwrap_or_default())
    }

    /// Several checks: what there is of all of them is of one moment, and one policy answers them.
    ///
    /// # Errors
    /// [`EntitlementError`].
    pub async fn check_all(&self, checks: &[Check]) -> Result<Vec<Entitlement>, EntitlementError> {
        let holdings = self.inner.store.holdings(checks).await?;
        let now = self.inner.clock.now();
        let decider = self.inner.policy.decider();
        let (mandates, instances) = facts::of_holdings(&holdings, now);
        let members = decider.mandates(&mandates)?.decision.mandates;
        let standings = decider.overview(&instances)?.decision.instances;
        let mut members = members.into_iter().map(|standing| standing.member);
        let mut standings = standings.into_iter();
        let answer = |holding: Holding| {
            let is_member = holding.mandate.is_some() && members.next().unwrap_or(false);
            let instances: Vec<EntitledInstance> = holding
                .held
                .into_iter()
                .zip(standings.by_ref())
                .map(|(held, standing)| EntitledInstance {
                    instance_id: held.instance_id,
                    feature_code: held.feature_code,
                    label: held.label,
                    state: standing.state,
                    usable: standing.is_active,
                    access_enabled: held.access_enabled,
                    roles: held.roles,
                })
                .collect();
            let Some(mandate) = holding.mandate.filter(|_| is_member) else { return Entitlement::default() };
            let valid_until = instants::next(now, &facts::of_mandate(&mandate), [], decider.settings());
            Entitlement { instances, valid_until }
        };
        Ok(holdings.into_iter().map(answer).collect())
    }
}
