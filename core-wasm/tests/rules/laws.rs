//! What holds for every decision, whatever the facts.

use std::collections::BTreeSet;

use core_wasm::{
    activation, deactivation,
    facts::{ActivationFacts, MandateFacts, OverviewFacts, Scope, Target},
    mandates, overview,
    question::{Answer, Question, Single, SingleAnswer},
    reason::{Audience, Reason},
    settings::Settings,
    sharing,
    terms::{admin_role::is_admin, membership::is_member},
    wire,
};
use proptest::{collection::vec, prelude::*, sample::Index, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    coverage::{OF_BILLING, OF_OPERATORS, codes_in_order},
    generate,
};

/// How much the caller may be told about the mandate.
fn standing(mandate: Option<&MandateFacts>, settings: &Settings) -> Audience {
    match mandate {
        Some(mandate) if is_member(mandate) && is_admin(mandate, settings) => Audience::Admin,
        Some(mandate) if is_member(mandate) => Audience::Member,
        _ => Audience::Anyone,
    }
}

/// The place of a reason in the fixed order: that of its variant.
fn place(reason: &Reason) -> usize {
    let codes = codes_in_order();
    codes.iter().position(|code| code == reason.profile().code).expect("a code of the list")
}

fn check_reasons(reasons: &[Reason], allowed: bool, follows: bool, may_know: Audience) -> Result<(), TestCaseError> {
    prop_assert_eq!(allowed, reasons.is_empty());
    prop_assert_eq!(allowed, follows);
    for reason in reasons {
        prop_assert!(reason.profile().audience <= may_know, "{:?} is told to {:?}", reason, may_know);
    }
    prop_assert!(reasons.windows(2).all(|pair| place(&pair[0]) < place(&pair[1])), "out of order: {:?}", reasons);
    if let Some(last) = reasons.iter().position(ends_the_telling) {
        prop_assert_eq!(last, reasons.len() - 1, "told after the last: {:?}", reasons);
    }
    Ok(())
}

pub(crate) fn ends_the_telling(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::FeatureNotFound {} | Reason::MandateNotFound {} | Reason::InstanceNotFound {} | Reason::NotAdmin { .. }
    )
}

fn allowed(facts: &ActivationFacts, settings: &Settings) -> bool {
    activation::decide(facts, settings).allowed
}

#[test]
fn random_facts_reach_every_reason_and_many_grants() {
    let mut runner = TestRunner::deterministic();
    let (mut told, mut granted, mut ended, mut shared) = (BTreeSet::new(), 0, 0, 0);
    for _ in 0..4_000 {
        let settings = generate::settings().new_tree(&mut runner).expect("settings").current();
        let facts = generate::activation().new_tree(&mut runner).expect("facts").current();
        let activation = activation::decide(&facts, &settings);
        granted += usize::from(activation.allowed);
        let facts = generate::deactivation().new_tree(&mut runner).expect("facts").current();
        let deactivation = deactivation::decide(&facts, &settings);
        ended += usize::from(deactivation.allowed);
        let facts = generate::sharing().new_tree(&mut runner).expect("facts").current();
        let sharing = sharing::decide(&facts, &settings);
        shared += usize::from(sharing.allowed);
        let reasons = activation.reasons.iter().chain(&deactivation.reasons).chain(&sharing.reasons);
        told.extend(reasons.map(|reason| reason.profile().code));
    }
    let of_others = OF_BILLING.len() + OF_OPERATORS.len();
    let of_rules = codes_in_order().len() - of_others;
    assert_eq!(told.len(), of_rules, "the laws say little about what is never met: {told:?}");
    assert!(
        granted > 100 && ended > 500 && shared > 500,
        "the laws say little: {granted} grants, {ended} endings, {shared} accesses given"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn an_activation_tells_each_what_they_may_know(
        facts in generate::activation(),
        settings in generate::settings(),
    ) {
        let decision = activation::decide(&facts, &settings);
        let may_know = standing(facts.mandate.as_ref(), &settings);
        check_reasons(&decision.reasons, decision.allowed, decision.grant.is_some(), may_know)?;
        prop_assert!(!decision.allowed || may_know == Audience::Admin);
    }

    #[test]
    fn a_deactivation_tells_each_what_they_may_know(
        facts in generate::deactivation(),
        settings in generate::settings(),
    ) {
        let decision = deactivation::decide(&facts, &settings);
        let may_know = standing(facts.mandate.as_ref(), &settings);
        check_reasons(&decision.reasons, decision.allowed, decision.outcome.is_some(), may_know)?;
        prop_assert!(!decision.allowed || may_know >= Audience::Member);
        prop_assert!(!decision.allowed || facts.scope == Scope::Mine || may_know == Audience::Admin);
    }

    #[test]
    fn sharing_tells_each_what_they_may_know(facts in generate::sharing(), settings in generate::settings()) {
        let decision = sharing::decide(&facts, &settings);
        let may_know = standing(facts.mandate.as_deref(), &settings);
        check_reasons(&decision.reasons, decision.allowed, decision.allowed, may_know)?;
        prop_assert!(!decision.allowed || may_know == Audience::Admin);
        // Access stays within the mandate, on both sides.
        prop_assert!(!decision.allowed || facts.has_instance && facts.colleague_is_member);
    }

    #[test]
    fn billing_does_not_matter_to_sharing(
        facts in generate::sharing(),
        settings in generate::settings(),
        other in generate::mandate(),
    ) {
        let mut elsewhere = facts.clone();
        if let Some(mandate) = &mut elsewhere.mandate {
            mandate.subscriptions = other.subscriptions;
            mandate.counted = other.counted;
            mandate.waiting = other.waiting;
        }
        prop_assert_eq!(sharing::decide(&facts, &settings), sharing::decide(&elsewhere, &settings));
    }

    #[test]
    fn no_instance_is_left_without_an_access(facts in generate::deactivation(), settings in generate::settings()) {
        let decision = deactivation::decide(&facts, &settings);
        if let (Some(outcome), Some(instance)) = (decision.outcome, &facts.instance) {
            let left = match facts.scope {
                Scope::Mandate => 0,
                Scope::Mine | Scope::User => instance.accesses.saturating_sub(1).max(0),
            };
            prop_assert_eq!(outcome.ends_instance, left == 0);
        }
    }

    #[test]
    fn billing_never_stands_in_the_way_of_an_end(
        facts in generate::deactivation(),
        settings in generate::settings(),
        other in generate::mandate(),
    ) {
        let mut elsewhere = facts.clone();
        if let Some(mandate) = &mut elsewhere.mandate {
            mandate.subscriptions = other.subscriptions;
            mandate.counted = other.counted;
            mandate.waiting = other.waiting;
        }
        prop_assert_eq!(
            deactivation::decide(&facts, &settings).reasons,
            deactivation::decide(&elsewhere, &settings).reasons
        );
    }

    #[test]
    fn a_batch_is_its_questions_one_by_one(
        singles in vec(generate::single(), 0..4),
        settings in generate::settings(),
    ) {
        let each: Vec<SingleAnswer> = singles
            .iter()
            .map(|single| match single {
                Single::Activation(facts) => SingleAnswer::Activation(activation::decide(facts, &settings)),
                Single::Deactivation(facts) => SingleAnswer::Deactivation(deactivation::decide(facts, &settings)),
                Single::Mandates(facts) => SingleAnswer::Mandates(mandates::decide(facts, &settings)),
                Single::Sharing(facts) => SingleAnswer::Sharing(sharing::decide(facts, &settings)),
            })
            .collect();
        prop_assert_eq!(wire::decide(&Question::Batch(singles), &settings), Answer::Batch(each));
    }

    #[test]
    fn an_overview_is_its_activations_one_by_one(facts in generate::overview(), settings in generate::settings()) {
        let alone = |feature: usize, mandate: Option<usize>| {
            activation::decide(
                &ActivationFacts {
                    now: facts.now,
                    adding: 1,
                    feature: Some(facts.features[feature].clone()),
                    mandate: mandate.and_then(|index| facts.mandates.get(index).cloned()),
                    billing_connected: facts.billing_connected,
                    billing_paused: facts.billing_paused,
                    restoring: None,
                },
                &settings,
            )
        };
        let decision = overview::decide(&facts, &settings);
        prop_assert_eq!(decision.features.len(), facts.features.len());
        prop_assert_eq!(decision.instances.len(), facts.instances.len());
        for (index, shown) in decision.features.iter().enumerate() {
            match facts.target {
                Target::One { mandate } => {
                    let single = alone(index, mandate.map(|mandate| mandate as usize));
                    prop_assert_eq!(shown.can_activate, single.allowed);
                    prop_assert_eq!(&shown.reasons, &single.reasons);
                }
                Target::Any => {
                    let anywhere = (0..facts.mandates.len()).any(|mandate| alone(index, Some(mandate)).allowed);
                    prop_assert_eq!(shown.can_activate, anywhere);
                    prop_assert!(shown.reasons.is_empty());
                }
            }
        }
    }

    #[test]
    fn losing_a_role_never_opens_a_door(
        facts in generate::activation(),
        settings in generate::settings(),
        which in any::<Index>(),
    ) {
        let mut poorer = facts.clone();
        let roles = poorer.mandate.as_mut().and_then(|mandate| mandate.membership.as_mut()).map(|held| &mut held.roles);
        if let Some(roles) = roles.filter(|roles| !roles.is_empty()) {
            roles.remove(which.index(roles.len()));
            prop_assert!(allowed(&facts, &settings) || !allowed(&poorer, &settings));
        }
    }

    #[test]
    fn less_room_never_opens_a_door(
        facts in generate::activation(),
        settings in generate::settings(),
        more in 0_i64..5,
    ) {
        let mut fuller = facts.clone();
        if let Some(mandate) = &mut fuller.mandate {
            mandate.counted = mandate.counted.saturating_add(more);
        }
        prop_assert!(allowed(&facts, &settings) || !allowed(&fuller, &settings));
        let mut greedier = facts.clone();
        greedier.adding = greedier.adding.saturating_add(more);
        prop_assert!(allowed(&facts, &settings) || !allowed(&greedier, &settings));
    }

    #[test]
    fn a_stranger_sees_nothing_of_the_mandate(
        facts in generate::activation(),
        other in generate::mandate(),
        settings in generate::settings(),
    ) {
        let with = |mandate: Option<MandateFacts>| {
            let mandate = mandate.map(|mandate| MandateFacts { membership: None, ..mandate });
            activation::decide(&ActivationFacts { mandate, ..facts.clone() }, &settings)
        };
        let nowhere = with(None);
        prop_assert_eq!(&with(facts.mandate.clone()), &nowhere);
        prop_assert_eq!(&with(Some(other)), &nowhere);
    }

    #[test]
    fn a_member_sees_nothing_of_subscription_and_use(
        facts in generate::activation(),
        other in generate::mandate(),
        settings in generate::settings(),
    ) {
        let mut elsewhere = facts.clone();
        if let Some(mandate) = &mut elsewhere.mandate {
            let MandateFacts { subscriptions, counted, waiting, caps, .. } = other;
            (mandate.subscriptions, mandate.counted, mandate.waiting, mandate.caps) =
                (subscriptions, counted, waiting, caps);
        }
        if standing(facts.mandate.as_ref(), &settings) < Audience::Admin {
            prop_assert_eq!(activation::decide(&facts, &settings), activation::decide(&elsewhere, &settings));
        }
    }

    #[test]
    fn what_is_usable_has_a_subscription_in_force(facts in generate::overview(), settings in generate::settings()) {
        let shown = overview::decide(&OverviewFacts { features: Vec::new(), ..facts.clone() }, &settings).instances;
        for (held, shown) in facts.instances.iter().zip(shown) {
            if shown.is_active {
                let mandate = facts.mandates.get(held.mandate as usize).expect("a mandate of the list");
                let in_force = core_wasm::terms::operative::first(&mandate.subscriptions, facts.now).is_some();
                prop_assert!(in_force && held.enabled && held.access_enabled);
            }
        }
    }
}
