//! The question whether an access or an instance can be given up, and what follows.

use crate::{
    decision::{DeactivationDecision, Ending},
    facts::DeactivationFacts,
    reason::Reason,
    rules,
    settings::Settings,
    situation::Deactivation,
    terms::billing_duty,
};

/// A rule about deactivations.
type Check = fn(&Deactivation<'_>) -> Option<Reason>;

/// Operators add no rules about these.
const NO_MORE: [Check; 0] = [];

/// The rules in the order in which their reasons are told.
fn reasons(deactivation: &Deactivation<'_>) -> Vec<Reason> {
    rules::reasons! {
        deactivation, NO_MORE;
        last instance_known,
        and access_held,
        and end_permitted,
    }
}

/// Decides one deactivation.
#[must_use]
pub fn decide(facts: &DeactivationFacts, settings: &Settings) -> DeactivationDecision {
    let deactivation = Deactivation { facts, settings };
    let reasons = reasons(&deactivation);
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

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &str = include_str!("../../tests/cases/base/deactivation.json");

    /// Whether something follows for the facts of a usual call after a change, the rules not being asked.
    fn follows(change: impl FnOnce(&mut DeactivationFacts)) -> bool {
        let call: serde_json::Value = serde_json::from_str(CALL).expect("it is JSON");
        let part = |pointer: &str| call.pointer(pointer).expect("it is there").clone();
        let mut facts = serde_json::from_value(part("/question/deactivation")).expect("facts");
        let settings: Settings = serde_json::from_value(part("/settings")).expect("settings");
        change(&mut facts);
        outcome(&Deactivation { facts: &facts, settings: &settings }).is_some()
    }

    /// The rules see to that. Should one of them be lost, nothing is taken away all the same.
    #[test]
    fn nothing_follows_where_the_caller_is_a_stranger() {
        assert!(follows(|_| {}));
        assert!(!follows(|facts| facts.mandate = None));
        assert!(!follows(|facts| facts.mandate.as_mut().expect("a mandate").membership = None));
    }
}
