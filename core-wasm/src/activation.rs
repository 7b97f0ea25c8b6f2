//! The question whether a feature can be activated in a mandate.

use crate::{
    decision::{ActivationDecision, Grant},
    facts::ActivationFacts,
    own::OwnRules,
    reason::Reason,
    rules::{self, Rule},
    settings::Settings,
    situation::Activation,
    terms::{admin_role, billing_duty},
};

/// A rule about activations.
pub type Check = fn(&Activation<'_>) -> Option<Reason>;

/// The rules in the order in which their reasons are told.
pub const RULES: &[Rule<Check>] = &[
    Rule::last(rules::ended_instance_known::ended_instance_known),
    Rule::last(rules::feature_in_store::feature_in_store),
    Rule::last(rules::mandate_visible::mandate_visible),
    Rule::and(rules::mandate_open::mandate_open),
    Rule::last(rules::caller_is_admin::caller_is_admin),
    Rule::and(rules::subscription_operative::subscription_operative),
    Rule::and(rules::plan_known::plan_known),
    Rule::and(rules::not_past_due::not_past_due),
    Rule::and(rules::billing_complete::billing_complete),
    Rule::and(rules::capacity_left::capacity_left),
    Rule::and(rules::billing_in_sync::billing_in_sync),
    Rule::and(rules::feature_has_admin_role::feature_has_admin_role),
    Rule::and(rules::restore_in_time::restore_in_time),
    Rule::and(rules::billing_answers::billing_answers),
    Rule::and(rules::billing_not_paused::billing_not_paused),
    Rule::and(rules::queue_has_room::queue_has_room),
    Rule::and(rules::invoice_budget_left::invoice_budget_left),
];

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
    let reasons: Vec<Reason> = rules::reasons(RULES, activation.own.activation, |check| check(activation));
    let grant = if reasons.is_empty() { grant(activation) } else { None };
    ActivationDecision { allowed: grant.is_some(), reasons, grant }
}

fn grant(activation: &Activation<'_>) -> Option<Grant> {
    let (index, subscription) = activation.subscription()?;
    Some(Grant {
        admin_role: admin_role::of_template(&activation.feature?.template_roles)?.to_owned(),
        subscription: index,
        billing: billing_duty::of_activation(
            subscription,
            activation.mandate?.counted.saturating_add(activation.adding),
            activation.settings.gate,
        ),
    })
}
