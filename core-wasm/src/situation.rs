//! What a rule looks at: an activation, a deactivation or the sharing of an instance under consideration, with what follows from its facts.

use crate::{
    facts::{
        DeactivationFacts, FeatureFacts, InstanceFacts, MandateFacts, PlanFacts, RestoringFacts, Scope, SharingFacts,
        SubscriptionFacts,
    },
    own::OwnRules,
    settings::Settings,
    terms::{admin_role, billing_duty, membership, operative, orphan},
};

/// An activation under consideration: borrowed facts, so that an overview can look at many without copying.
#[derive(Clone, Copy, Debug)]
pub struct Activation<'a> {
    /// The instant of the decision.
    pub now: i64,
    /// How many instances it would add.
    pub adding: i64,
    /// The feature asked for, if the catalogue knows it.
    pub feature: Option<&'a FeatureFacts>,
    /// The mandate asked for, if there is one.
    pub mandate: Option<&'a MandateFacts>,
    /// Whether billing can be reached at all.
    pub billing_connected: bool,
    /// Whether an operator paused billing.
    pub billing_paused: bool,
    /// The ended instance that is to come back, if this is a restore.
    pub restoring: Option<&'a RestoringFacts>,
    /// The operator's choices.
    pub settings: &'a Settings,
    /// The operator's own rules, looked at after all others.
    pub own: &'a OwnRules,
}

impl<'a> Activation<'a> {
    /// The subscription in force with its place in the list.
    #[must_use]
    pub fn subscription(&self) -> Option<(u32, &'a SubscriptionFacts)> {
        operative::first(&self.mandate?.subscriptions, self.now)
    }

    /// The plan in force.
    #[must_use]
    pub fn plan(&self) -> Option<&'a PlanFacts> {
        self.subscription()?.1.plan.as_ref()
    }

    /// The subscription and plan in force, if that plan costs money.
    #[must_use]
    pub fn billable(&self) -> Option<(&'a SubscriptionFacts, &'a PlanFacts)> {
        let (_, subscription) = self.subscription()?;
        let plan = subscription.plan.as_ref()?;
        billing_duty::is_billable(plan).then_some((subscription, plan))
    }
}

/// A deactivation under consideration.
#[derive(Clone, Copy, Debug)]
pub struct Deactivation<'a> {
    /// The facts.
    pub facts: &'a DeactivationFacts,
    /// The operator's choices.
    pub settings: &'a Settings,
}

impl<'a> Deactivation<'a> {
    /// The mandate, if the caller has an enabled membership in it.
    #[must_use]
    pub fn mandate(&self) -> Option<&'a MandateFacts> {
        self.facts.mandate.as_ref().filter(|mandate| membership::is_member(mandate))
    }

    /// The instance, if it is the one that the request names: in that mandate, of that feature.
    #[must_use]
    pub fn instance(&self) -> Option<&'a InstanceFacts> {
        self.facts.instance.as_ref().filter(|instance| {
            instance.feature_code == self.facts.requested.feature_code
                && instance.mandate_id == self.facts.requested.mandate_id
        })
    }

    /// Whether the caller is an admin of the mandate.
    #[must_use]
    pub fn caller_is_admin(&self) -> bool {
        self.mandate().is_some_and(|mandate| admin_role::is_admin(mandate, self.settings))
    }

    /// Whether the instance ends: for all, or because its last access goes.
    #[must_use]
    pub fn ends_instance(&self) -> bool {
        match self.facts.scope {
            Scope::Mandate => true,
            Scope::Mine | Scope::User => {
                self.instance().is_some_and(|instance| orphan::leaves_orphan(instance, self.facts.has_access))
            }
        }
    }
}

/// A colleague's access under consideration.
#[derive(Clone, Copy, Debug)]
pub struct Sharing<'a> {
    /// The facts.
    pub facts: &'a SharingFacts,
    /// The operator's choices.
    pub settings: &'a Settings,
}

impl<'a> Sharing<'a> {
    /// The mandate, if the caller has an enabled membership in it.
    #[must_use]
    pub fn mandate(&self) -> Option<&'a MandateFacts> {
        self.facts.mandate.as_deref().filter(|mandate| membership::is_member(mandate))
    }
}
