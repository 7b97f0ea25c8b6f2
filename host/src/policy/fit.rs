//! Whether an answer fits the facts it is about, so that nobody behind has to doubt a length or an index.
//!
//! This is about form only: it holds for every policy, whatever its rules are.

use core_wasm::{
    decision::{ActivationDecision, DeactivationDecision, MandatesDecision, OverviewDecision, SharingDecision},
    facts::{ActivationFacts, DeactivationFacts, MandateFacts, MandatesFacts, OverviewFacts},
    question::{Answer, Failure, Question, Single, SingleAnswer},
    reason::{CustomText, Reason},
};

use super::PolicyError;

/// Longest name of a rule of the operator's own.
const MOST_NAME: usize = 64;
/// Longest sentence of one, in characters.
const MOST_TEXT: usize = 500;
/// In so many languages there are texts.
const LANGUAGES: [&str; 4] = ["de", "fr", "it", "en"];

/// Whether the answer is one to this question, and fits it.
pub(super) fn answer(answer: &Answer, question: &Question) -> Result<(), PolicyError> {
    match (question, answer) {
        (Question::Activation(facts), Answer::Activation(decision)) => activation(decision, facts),
        (Question::Deactivation(facts), Answer::Deactivation(decision)) => deactivation(decision, facts),
        (Question::Mandates(facts), Answer::Mandates(decision)) => mandates(decision, facts),
        (Question::Overview(facts), Answer::Overview(decision)) => overview(decision, facts),
        (Question::Sharing(_), Answer::Sharing(decision)) => sharing(decision),
        (Question::Batch(questions), Answer::Batch(decisions)) => batch(decisions, questions),
        (_, Answer::Failure(Failure { code, detail })) => {
            Err(PolicyError::Failure { code: *code, detail: detail.clone() })
        }
        (Question::Activation(_), _) => Err(PolicyError::WrongKind { expected: "activation" }),
        (Question::Deactivation(_), _) => Err(PolicyError::WrongKind { expected: "deactivation" }),
        (Question::Mandates(_), _) => Err(PolicyError::WrongKind { expected: "mandates" }),
        (Question::Overview(_), _) => Err(PolicyError::WrongKind { expected: "overview" }),
        (Question::Sharing(_), _) => Err(PolicyError::WrongKind { expected: "sharing" }),
        (Question::Batch(_), _) => Err(PolicyError::WrongKind { expected: "batch" }),
    }
}

pub(super) fn activation(decision: &ActivationDecision, facts: &ActivationFacts) -> Result<(), PolicyError> {
    fits(decision.allowed == decision.grant.is_some(), "a grant exactly when allowed")?;
    verdict(decision.allowed, &decision.reasons)?;
    let subscription = decision.grant.as_ref().map(|grant| grant.subscription);
    fits(in_list(subscription, facts.mandate.as_ref()), "a subscription of the mandate")
}

pub(super) fn deactivation(decision: &DeactivationDecision, facts: &DeactivationFacts) -> Result<(), PolicyError> {
    fits(decision.allowed == decision.outcome.is_some(), "an outcome exactly when allowed")?;
    verdict(decision.allowed, &decision.reasons)?;
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
    fits(decision.instances.len() == facts.instances.len(), "one entry per instance")?;
    decision.features.iter().try_for_each(|standing| well_said(&standing.reasons))
}

pub(super) fn sharing(decision: &SharingDecision) -> Result<(), PolicyError> {
    verdict(decision.allowed, &decision.reasons)
}

pub(super) fn batch(decisions: &[SingleAnswer], questions: &[Single]) -> Result<(), PolicyError> {
    fits(decisions.len() == questions.len(), "one answer per question")?;
    questions.iter().zip(decisions).try_for_each(|pair| match pair {
        (Single::Activation(facts), SingleAnswer::Activation(decision)) => activation(decision, facts),
        (Single::Deactivation(facts), SingleAnswer::Deactivation(decision)) => deactivation(decision, facts),
        (Single::Mandates(facts), SingleAnswer::Mandates(decision)) => mandates(decision, facts),
        (Single::Sharing(_), SingleAnswer::Sharing(decision)) => sharing(decision),
        (Single::Activation(_), _) => Err(PolicyError::WrongKind { expected: "activation" }),
        (Single::Deactivation(_), _) => Err(PolicyError::WrongKind { expected: "deactivation" }),
        (Single::Mandates(_), _) => Err(PolicyError::WrongKind { expected: "mandates" }),
        (Single::Sharing(_), _) => Err(PolicyError::WrongKind { expected: "sharing" }),
    })
}

/// A refusal without a reason would be an answer that nobody can act on.
fn verdict(allowed: bool, reasons: &[Reason]) -> Result<(), PolicyError> {
    fits(!allowed || reasons.is_empty(), "no reason against what is allowed")?;
    fits(allowed || !reasons.is_empty(), "a reason against what is refused")?;
    well_said(reasons)
}

/// Texts of an operator's own rule go to pages and other programs as they are: they are short and hold no control
/// characters, and there is at least one.
fn well_said(reasons: &[Reason]) -> Result<(), PolicyError> {
    let own = reasons.iter().filter_map(|reason| match reason {
        Reason::Custom { rule, texts } => Some((rule, texts)),
        _ => None,
    });
    for (rule, texts) in own {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let named = (1..=MOST_NAME).contains(&rule.len()) && rule.bytes().all(is_name);
        fits(named, "a rule's name of 1 to 64 lower-case letters, digits and hyphens")?;
        fits((1..=LANGUAGES.len()).contains(&texts.len()), "a rule's texts in one to four languages")?;
        for CustomText { language, detail, fix } in texts {
            fits(LANGUAGES.contains(&language.as_str()), "a rule's texts in `de`, `fr`, `it` or `en`")?;
            fits(is_sentence(detail) && is_sentence(fix), "a rule's texts of 1 to 500 characters in one line")?;
        }
    }
    Ok(())
}

fn is_sentence(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MOST_TEXT && !text.chars().any(char::is_control)
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
