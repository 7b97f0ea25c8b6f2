//! Whether an answer fits the facts it is about, so that nobody behind has to doubt a length or an index.
//!
//! This is about form only: it holds for every policy, whatever its rules are.

use core_wasm::{
    decision::{ActivationDecision, DeactivationDecision, MandatesDecision, OverviewDecision},
    facts::{ActivationFacts, DeactivationFacts, MandateFacts, MandatesFacts, OverviewFacts},
    question::{Single, SingleAnswer},
};

use super::PolicyError;

pub(super) fn activation(decision: &ActivationDecision, facts: &ActivationFacts) -> Result<(), PolicyError> {
    fits(decision.allowed == decision.grant.is_some(), "a grant exactly when allowed")?;
    fits(!decision.allowed || decision.reasons.is_empty(), "no reason against what is allowed")?;
    let subscription = decision.grant.as_ref().map(|grant| grant.subscription);
    fits(in_list(subscription, facts.mandate.as_ref()), "a subscription of the mandate")
}

pub(super) fn deactivation(decision: &DeactivationDecision, facts: &DeactivationFacts) -> Result<(), PolicyError> {
    fits(decision.allowed == decision.outcome.is_some(), "an outcome exactly when allowed")?;
    fits(!decision.allowed || decision.reasons.is_empty(), "no reason against what is allowed")?;
    let subscription = decision.outcome.as_ref().and_then(|outcome| outcome.subscription);
    fits(in_list(subscription, facts.mandate.as_ref()), "a subscription of the mandate")
}

pub(super) fn mandates(decision: &MandatesDecision, facts: &MandatesFacts) -> Result<(), PolicyError> {
    fits(decision.mandates.len() == facts.mandates.len(), "one entry per mandate")?;
    let mut pairs = decision.mandates.iter().zip(&facts.mandates);
    let shown = pairs.all(|(standing, mandate)| in_list(standing.subscription.map(|shown| shown.index), Some(mandate)));
    fits(shown, "a subscription of the mandate")
}

pub(super) fn overview(decision: &OverviewDecision, facts: &OverviewFacts) -> Result<(), PolicyError> {
    fits(decision.features.len() == facts.features.len(), "one entry per feature")?;
    fits(decision.instances.len() == facts.instances.len(), "one entry per instance")
}

pub(super) fn batch(decisions: &[SingleAnswer], questions: &[Single]) -> Result<(), PolicyError> {
    fits(decisions.len() == questions.len(), "one answer per question")?;
    questions.iter().zip(decisions).try_for_each(|pair| match pair {
        (Single::Activation(facts), SingleAnswer::Activation(decision)) => activation(decision, facts),
        (Single::Deactivation(facts), SingleAnswer::Deactivation(decision)) => deactivation(decision, facts),
        (Single::Mandates(facts), SingleAnswer::Mandates(decision)) => mandates(decision, facts),
        (Single::Activation(_), _) => Err(PolicyError::WrongKind { expected: "activation" }),
        (Single::Deactivation(_), _) => Err(PolicyError::WrongKind { expected: "deactivation" }),
        (Single::Mandates(_), _) => Err(PolicyError::WrongKind { expected: "mandates" }),
    })
}

/// No index, or one into the mandate's subscriptions.
fn in_list(index: Option<u32>, mandate: Option<&MandateFacts>) -> bool {
    let Some(index) = index else { return true };
    let subscriptions = mandate.map_or(0, |mandate| mandate.subscriptions.len());
    usize::try_from(index).is_ok_and(|index| index < subscriptions)
}

fn fits(condition: bool, expected: &'static str) -> Result<(), PolicyError> {
    if condition { Ok(()) } else { Err(PolicyError::Unfitting(expected)) }
}
