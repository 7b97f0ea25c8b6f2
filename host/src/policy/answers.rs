//! What is common to the answers of all kinds: whether they let something through, and the reasons against it.

use core_wasm::{
    question::{Answer, SingleAnswer},
    reason::Reason,
};

/// Whether an answer lets something through.
#[must_use]
pub fn is_allowed(answer: &SingleAnswer) -> bool {
    match answer {
        SingleAnswer::Activation(decision) => decision.allowed,
        SingleAnswer::Deactivation(decision) => decision.allowed,
        SingleAnswer::Mandates(decision) => decision.home_mandate_due,
        SingleAnswer::Sharing(decision) => decision.allowed,
    }
}

/// The reasons against it.
#[must_use]
pub fn reasons(answer: &SingleAnswer) -> &[Reason] {
    match answer {
        SingleAnswer::Activation(decision) => &decision.reasons,
        SingleAnswer::Deactivation(decision) => &decision.reasons,
        SingleAnswer::Mandates(_) => &[],
        SingleAnswer::Sharing(decision) => &decision.reasons,
    }
}

/// All reasons in an answer to whatever was asked.
pub(super) fn all_reasons(answer: &Answer) -> Vec<&Reason> {
    match answer {
        Answer::Activation(decision) => decision.reasons.iter().collect(),
        Answer::Deactivation(decision) => decision.reasons.iter().collect(),
        Answer::Overview(decision) => decision.features.iter().flat_map(|standing| &standing.reasons).collect(),
        Answer::Sharing(decision) => decision.reasons.iter().collect(),
        Answer::Batch(answers) => answers.iter().flat_map(reasons).collect(),
        Answer::Mandates(_) | Answer::Failure(_) => Vec::new(),
    }
}

/// An answer of a batch as that to its question alone.
pub(super) fn alone(answer: SingleAnswer) -> Answer {
    match answer {
        SingleAnswer::Activation(decision) => Answer::Activation(decision),
        SingleAnswer::Deactivation(decision) => Answer::Deactivation(decision),
        SingleAnswer::Mandates(decision) => Answer::Mandates(decision),
        SingleAnswer::Sharing(decision) => Answer::Sharing(decision),
    }
}
