//! The question whether a feature can be activated in a mandate.

use crate::{
    decision::{ActivationDecision, Grant},
    facts::{ActivationFacts, FeatureFacts, MandateFacts, PlanFacts, RestoringFacts, SubscriptionFacts},
    reason::Reason,
    rules::{self, Rule, admin_role, billing_duty, operative},
    settings::Settings,
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
];

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
    /// The ended instance that is to come back, if this is a restore.
    pub restoring: Option<&'a RestoringFacts>,
    /// The operator's choices.
    pub settings: &'a Settings,
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

/// Decides one activation.
#[must_use]
pub fn decide(facts: &ActivationFacts, settings: &Settings) -> ActivationDecision {
    weigh(&Activation {
        now: facts.now,
        adding: facts.adding,
        feature: facts.feature.as_ref(),
        mandate: facts.mandate.as_ref(),
        billing_connected: facts.billing_connected,
        restoring: facts.restoring.as_ref(),
        settings,
    })
}

/// Decides over borrowed facts.
#[must_use]
pub fn weigh(activation: &Activation<'_>) -> ActivationDecision {
    let reasons: Vec<Reason> = rules::reasons(RULES, |check| check(activation));
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
        ),
    })
}
