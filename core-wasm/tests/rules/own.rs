//! Rules of an operator's own: what they can do and what they cannot.

use core_wasm::{
    activation,
    facts::{ActivationFacts, BillingPeriod, FeatureFacts, MandateFacts, Target},
    overview,
    own::{self, OwnRules},
    question::{Answer, Question, Single, SingleAnswer},
    reason::Reason,
    situation::Activation,
    wire,
};
use proptest::prelude::*;

use crate::generate;

/// A rule: this feature is for yearly plans.
fn yearly(activation: &Activation<'_>) -> Option<Reason> {
    let is_concerned = activation.feature?.code == "chatbot";
    (is_concerned && activation.plan()?.billing_period != Some(BillingPeriod::Yearly)).then(reason)
}

/// A rule that is always against.
fn never(_: &Activation<'_>) -> Option<Reason> {
    Some(Reason::Custom { rule: "never".to_owned(), texts: Vec::new() })
}

pub(crate) const YEARLY: OwnRules = OwnRules { activation: &[yearly] };
const BOTH: OwnRules = OwnRules { activation: &[yearly, never] };

/// What it says.
pub(crate) fn reason() -> Reason {
    own::reason(
        "yearly-plan",
        &[
            ("de", "Diese Funktion gibt es nur mit Jahresabo.", "Bitte wechseln Sie zu einem Jahresabo."),
            ("fr", "Cette fonction exige un abonnement annuel.", "Veuillez passer à un abonnement annuel."),
            ("it", "Questa funzione richiede un abbonamento annuale.", "Passi a un abbonamento annuale."),
            ("en", "This feature comes with a yearly plan only.", "Please move to a yearly plan."),
        ],
    )
}

/// Whether a reason speaks to whoever is no admin there: nothing is added to it.
fn ends_the_list(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::FeatureNotFound {} | Reason::MandateNotFound {} | Reason::InstanceNotFound {} | Reason::NotAdmin { .. }
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn an_own_rule_adds_its_reason_and_takes_nothing_away(
        facts in generate::activation(),
        settings in generate::settings(),
    ) {
        let without = activation::decide(&facts, &settings);
        let with = activation::decide_with(&facts, &settings, &BOTH);
        let mut expected = without.reasons.clone();
        if !without.reasons.iter().any(ends_the_list) {
            let concerned = facts.feature.as_ref().is_some_and(|feature| feature.code == "chatbot");
            let plan = facts.mandate.as_ref().and_then(|mandate| {
                let (index, _) = core_wasm::terms::operative::first(&mandate.subscriptions, facts.now)?;
                mandate.subscriptions[index as usize].plan.as_ref()
            });
            if concerned && plan.is_some_and(|plan| plan.billing_period != Some(BillingPeriod::Yearly)) {
                expected.push(reason());
            }
            expected.push(Reason::Custom { rule: "never".to_owned(), texts: Vec::new() });
        }
        prop_assert!(!with.allowed && with.grant.is_none());
        prop_assert_eq!(with.reasons, expected);
        prop_assert_eq!(activation::decide_with(&facts, &settings, OwnRules::NONE), without);
    }

    #[test]
    fn every_question_about_activations_asks_it(facts in generate::overview(), settings in generate::settings()) {
        let own = overview::decide_with(&facts, &settings, &YEARLY);
        let single = |feature: &FeatureFacts, mandate: Option<&MandateFacts>| ActivationFacts {
            now: facts.now,
            adding: 1,
            feature: Some(feature.clone()),
            mandate: mandate.cloned(),
            billing_connected: facts.billing_connected,
            billing_paused: facts.billing_paused,
            restoring: None,
        };
        let mandate = match facts.target {
            Target::One { mandate } => mandate.and_then(|index| facts.mandates.get(index as usize)),
            Target::Any => {
                // Somewhere: the rule is asked about each mandate, and no reason is told of any.
                for (feature, standing) in facts.features.iter().zip(&own.features) {
                    let allowed = |mandate| activation::decide_with(&single(feature, Some(mandate)), &settings, &YEARLY).allowed;
                    prop_assert_eq!(standing.can_activate, facts.mandates.iter().any(allowed));
                    prop_assert_eq!(&standing.reasons, &Vec::new());
                }
                return Ok(());
            }
        };
        for (feature, standing) in facts.features.iter().zip(&own.features) {
            let single = single(feature, mandate);
            let decided = activation::decide_with(&single, &settings, &YEARLY);
            prop_assert_eq!(&standing.reasons, &decided.reasons);
            let batch = Question::Batch(vec![Single::Activation(single)]);
            let answer = wire::decide_with(&batch, &settings, &YEARLY);
            prop_assert_eq!(answer, Answer::Batch(vec![SingleAnswer::Activation(decided)]));
        }
    }
}

#[test]
fn it_travels_as_a_code_with_its_name_and_texts() {
    let wire = serde_json::to_value(reason()).expect("a reason is JSON");
    assert_eq!(wire["code"], "custom");
    assert_eq!(wire["params"]["rule"], "yearly-plan");
    assert_eq!(wire["params"]["texts"][3]["language"], "en");
    assert_eq!(serde_json::from_value::<Reason>(wire).expect("the same reason"), reason());
}
