//! The question whether an access or an instance can be given up, and what follows.

use crate::{
    decision::{DeactivationDecision, Ending},
    facts::{DeactivationFacts, InstanceFacts, MandateFacts, Scope},
    reason::Reason,
    rules::{self, Rule, billing_duty},
    settings::Settings,
};

/// A rule about deactivations.
pub type Check = fn(&Deactivation<'_>) -> Option<Reason>;

/// The rules in the order in which their reasons are told.
pub const RULES: &[Rule<Check>] = &[
    Rule::last(rules::instance_known::instance_known),
    Rule::and(rules::access_held::access_held),
    Rule::and(rules::end_permitted::end_permitted),
];

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
        self.facts.mandate.as_ref().filter(|mandate| rules::mandate_visible::is_member(mandate))
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
        self.mandate().is_some_and(|mandate| rules::caller_is_admin::is_admin(mandate, self.settings))
    }

    /// Whether the instance ends: for all, or because its last access goes.
    #[must_use]
    pub fn ends_instance(&self) -> bool {
        match self.facts.scope {
            Scope::Mandate => true,
            Scope::Mine | Scope::User => rules::orphan::leaves_orphan(self),
        }
    }
}

/// Decides one deactivation.
#[must_use]
pub fn decide(facts: &DeactivationFacts, settings: &Settings) -> DeactivationDecision {
    let deactivation = Deactivation { facts, settings };
    let reasons: Vec<Reason> = rules::reasons(RULES, |check| check(&deactivation));
    let outcome = if reasons.is_empty() { outcome(&deactivation) } else { None };
    DeactivationDecision { allowed: outcome.is_some(), reasons, outcome }
}

fn outcome(deactivation: &Deactivation<'_>) -> Option<Ending> {
    let mandate = deactivation.mandate()?;
    let ends_instance = deactivation.ends_instance();
    let (subscription, billing) = if ends_instance {
        billing_duty::of_ending(mandate, deactivation.facts.now)
    } else {
        (None, crate::decision::BillingDuty::Nothing)
    };
    Some(Ending { ends_instance, subscription, billing })
}
