//! The question whether a feature can be activated in a mandate.

use crate::{
    decision::{ActivationDecision, Grant},
    facts::ActivationFacts,
    own::OwnRules,
    reason::Reason,
    rules,
    settings::Settings,
    situation::Activation,
    terms::{admin_role, billing_duty},
};

/// A rule about activations.
pub type Check = fn(&Activation<'_>) -> Option<Reason>;

/// The rules in the order in which their reasons are told.
fn reasons(activation: &Activation<'_>) -> Vec<Reason> {
    rules::reasons! {
        activation, activation.own.activation;
        last ended_instance_known,
        last feature_in_store,
        last mandate_visible,
        and mandate_open,
        last caller_is_admin,
        and subscription_operative,
        and plan_known,
        and not_past_due,
        and billing_complete,
        and capacity_left,
        and instance_cap_left,
        and spending_cap_left,
        and billing_in_sync,
        and feature_has_admin_role,
        and restore_in_time,
        and billing_answers,
        and billing_not_paused,
        and queue_has_room,
        and invoice_budget_left,
    }
}

/// Decides one activation.
#[must_use]
pub fn decide(facts: &ActivationFacts, settings: &Settings) -> ActivationDecision {
    decide_with(facts, settings, OwnRules::NONE)
}

/// Decides one activation, with rules of the operator's own.
#[must_use]
pub fn decide_with(facts: &ActivationFacts, settings: &Settings, own: &OwnRules) -> ActivationDecision {
    weigh(&Activation {
        now: facts.now,
        adding: facts.adding,
        feature: facts.feature.as_ref(),
        mandate: facts.mandate.as_ref(),
        billing_connected: facts.billing_connected,
        billing_paused: facts.billing_paused,
        restoring: facts.restoring.as_ref(),
        settings,
        own,
    })
}

/// Decides over borrowed facts.
#[must_use]
pub fn weigh(activation: &Activation<'_>) -> ActivationDecision {
    let reasons = reasons(activation);
    let grant = if reasons.is_empty() { grant(activation) } else { None };
    ActivationDecision { allowed: grant.is_some(), reasons, grant }
}

fn grant(activation: &Activation<'_>) -> Option<Grant> {
    let mandate = activation.mandate?;
    let (index, subscription) = activation.subscription()?;
    let quantity = mandate.counted.saturating_add(activation.adding);
    Some(Grant {
        admin_role: admin_role::of_template(&activation.feature?.template_roles)?.to_owned(),
        subscription: index,
        billing: billing_duty::of_activation(subscription, quantity, activation.settings.gate),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{FeatureFacts, MandateFacts};

    const CALL: &str = include_str!("../../tests/cases/base/activation.json");

    /// What is granted for the facts of a usual call after a change, the rules not being asked.
    fn granted(change: impl FnOnce(&mut ActivationFacts)) -> Option<Grant> {
        let call: serde_json::Value = serde_json::from_str(CALL).expect("it is JSON");
        let part = |pointer: &str| call.pointer(pointer).expect("it is there").clone();
        let mut facts = serde_json::from_value(part("/question/activation")).expect("facts");
        let settings: Settings = serde_json::from_value(part("/settings")).expect("settings");
        change(&mut facts);
        grant(&Activation {
            now: facts.now,
            adding: facts.adding,
            feature: facts.feature.as_ref(),
            mandate: facts.mandate.as_ref(),
            billing_connected: facts.billing_connected,
            billing_paused: facts.billing_paused,
            restoring: facts.restoring.as_ref(),
            settings: &settings,
            own: OwnRules::NONE,
        })
    }

    fn mandate(facts: &mut ActivationFacts) -> &mut MandateFacts {
        facts.mandate.as_mut().expect("a mandate")
    }

    fn feature(facts: &mut ActivationFacts) -> &mut FeatureFacts {
        facts.feature.as_mut().expect("a feature")
    }

    /// The rules see to all of that. Should one of them be lost, there is no grant all the same.
    #[test]
    fn nothing_is_granted_without_all_that_a_grant_names() {
        assert!(granted(|_| {}).is_some());
        assert_eq!(granted(|facts| facts.mandate = None), None);
        assert_eq!(granted(|facts| mandate(facts).subscriptions.clear()), None);
        assert_eq!(granted(|facts| facts.feature = None), None);
        assert_eq!(granted(|facts| feature(facts).template_roles.clear()), None);
    }
}
