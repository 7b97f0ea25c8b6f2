//! The question whether an access or an instance can be given up, and what follows.

use crate::{
    decision::{DeactivationDecision, Ending},
    facts::DeactivationFacts,
    reason::Reason,
    rules::{self, Rule},
    settings::Settings,
    situation::Deactivation,
    terms::billing_duty,
};

/// A rule about deactivations.
pub type Check = fn(&Deactivation<'_>) -> Option<Reason>;

/// The rules in the order in which their reasons are told.
pub const RULES: &[Rule<Check>] = &[
    Rule::last(rules::instance_known::instance_known),
    Rule::and(rules::access_held::access_held),
    Rule::and(rules::end_permitted::end_permitted),
];

/// Decides one deactivation.
#[must_use]
pub fn decide(facts: &DeactivationFacts, settings: &Settings) -> DeactivationDecision {
    let deactivation = Deactivation { facts, settings };
    let reasons: Vec<Reason> = rules::reasons(RULES, &[], |check| check(&deactivation));
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
