//! That nobody gains by losing: a right, a role, a slot, time or money taken away turns no refusal into a grant.

use core_wasm::{
    activation, deactivation,
    facts::{ActivationFacts, CapsFacts, DeactivationFacts, MandateFacts, MembershipFacts, SharingFacts},
    settings::Settings,
    sharing,
};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::{causes, generate};

/// Something that is taken away from a mandate or from the caller in it.
#[derive(Clone, Debug)]
enum Loss {
    Membership,
    MembershipEnabled,
    Role(Index),
    RoleOfMandate(Index),
    RoleToInstance(Index),
    MandateEnabled,
    ToSystem,
    Subscription,
    Plan(Index),
    Slots(Index, i64),
    Counted(i64),
    Waiting(i64),
    InstanceCap(i64),
    SpendingCap(i64),
    Item(Index),
}

fn loss() -> impl Strategy<Value = Loss> {
    let index = any::<Index>;
    prop_oneof![
        Just(Loss::Membership),
        Just(Loss::MembershipEnabled),
        index().prop_map(Loss::Role),
        index().prop_map(Loss::RoleOfMandate),
        index().prop_map(Loss::RoleToInstance),
        Just(Loss::MandateEnabled),
        Just(Loss::ToSystem),
        Just(Loss::Subscription),
        index().prop_map(Loss::Plan),
        (index(), 0_i64..6).prop_map(|(of, by)| Loss::Slots(of, by)),
        (0_i64..6).prop_map(Loss::Counted),
        (0_i64..30).prop_map(Loss::Waiting),
        (0_i64..6).prop_map(Loss::InstanceCap),
        (0_i64..6).prop_map(Loss::SpendingCap),
        index().prop_map(Loss::Item),
    ]
}

/// The mandate without it.
fn without(mut mandate: MandateFacts, loss: &Loss) -> MandateFacts {
    let roles = mandate.membership.as_mut().map(|membership| &mut membership.roles).filter(|roles| !roles.is_empty());
    let subscriptions = Some(&mut mandate.subscriptions).filter(|subscriptions| !subscriptions.is_empty());
    match (loss, roles, subscriptions) {
        (Loss::Membership, ..) => mandate.membership = None,
        (Loss::MembershipEnabled, ..) => {
            mandate.membership = mandate.membership.map(|held| MembershipFacts { enabled: false, ..held });
        }
        (Loss::Role(at), Some(roles), _) => drop(roles.remove(at.index(roles.len()))),
        (Loss::RoleOfMandate(at), Some(roles), _) => at.get_mut(roles).of_mandate = false,
        (Loss::RoleToInstance(at), Some(roles), _) => at.get_mut(roles).of_instance = true,
        (Loss::MandateEnabled, ..) => mandate.enabled = false,
        (Loss::ToSystem, ..) => mandate.is_system = true,
        (Loss::Subscription, ..) => mandate.subscriptions.clear(),
        (Loss::Plan(at), _, Some(subscriptions)) => at.get_mut(subscriptions).plan = None,
        (Loss::Slots(at, by), _, Some(subscriptions)) => {
            if let Some(plan) = &mut at.get_mut(subscriptions).plan {
                plan.max_instances = Some(plan.max_instances.map_or(*by, |limit| limit.saturating_sub(*by)));
            }
        }
        (Loss::Counted(by), ..) => mandate.counted = mandate.counted.saturating_add(*by),
        (Loss::Waiting(by), ..) => mandate.waiting = mandate.waiting.saturating_add(*by),
        (Loss::InstanceCap(by), ..) => {
            let limit = &mut mandate.caps.get_or_insert(CapsFacts { instances: None, monthly: None }).instances;
            *limit = Some(limit.map_or(*by, |limit| limit.saturating_sub(*by)));
        }
        (Loss::SpendingCap(by), ..) => {
            if let Some(money) = mandate.caps.as_mut().and_then(|caps| caps.monthly.as_mut()) {
                money.minor = money.minor.saturating_sub(*by);
            }
        }
        (Loss::Item(at), _, Some(subscriptions)) => at.get_mut(subscriptions).has_stripe_item = false,
        _ => {}
    }
    mandate
}

/// Whether any role belongs to the mandate and has a label that contains a configured one, whatever the case: what every
/// way to compare labels asks for at least. Said without the rules' own words.
fn may_be_admin(mandate: &MandateFacts, settings: &Settings) -> bool {
    let labels: Vec<String> = settings.admin_labels.iter().map(|label| label.trim().to_ascii_lowercase()).collect();
    let roles = mandate.membership.iter().filter(|membership| membership.enabled).flat_map(|held| &held.roles);
    roles.filter(|role| role.of_mandate && !role.of_instance).filter_map(|role| role.label.as_ref()).any(|label| {
        let label = label.to_ascii_lowercase();
        labels.iter().any(|wanted| !wanted.is_empty() && label.contains(wanted.as_str()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn no_activation_without_an_admin_role_of_that_mandate(
        facts in generate::activation(),
        settings in generate::settings(),
    ) {
        let decision = activation::decide(&facts, &settings);
        let may = facts.mandate.as_ref().is_some_and(|mandate| may_be_admin(mandate, &settings));
        prop_assert!(may || !decision.allowed, "{:?}", decision);
    }

    #[test]
    fn what_is_lost_opens_no_activation(
        facts in generate::activation(),
        settings in generate::settings(),
        losses in vec(loss(), 8),
    ) {
        // As it is, and with each cause alone: what is refused for many is hardly ever opened by one loss.
        let alone = causes::codes().map(|code| causes::cured(&facts, &settings, Some(code)));
        let all = alone.chain([(facts.clone(), settings.clone())]);
        for (facts, settings) in all.filter(|(facts, settings)| !activation::decide(facts, settings).allowed) {
            for loss in &losses {
                let mandate = facts.mandate.clone().map(|mandate| without(mandate, loss));
                let after = activation::decide(&ActivationFacts { mandate, ..facts.clone() }, &settings);
                prop_assert!(!after.allowed, "{:?} opened what was refused: {:?}", loss, facts);
            }
        }
    }

    #[test]
    fn what_is_lost_opens_no_deactivation(
        facts in generate::deactivation(),
        settings in generate::settings(),
        loss in loss(),
        access in any::<bool>(),
    ) {
        let poorer = DeactivationFacts {
            mandate: facts.mandate.clone().map(|mandate| without(mandate, &loss)),
            has_access: facts.has_access && access,
            ..facts.clone()
        };
        let (before, after) = (deactivation::decide(&facts, &settings), deactivation::decide(&poorer, &settings));
        // Who loses an access has none to give up; the instance for all is asked for by its own scope.
        prop_assert!(before.allowed || !after.allowed, "{:?} opened {:?}", loss, before.reasons);
    }

    #[test]
    fn what_is_lost_gives_nobody_access(
        facts in generate::sharing(),
        settings in generate::settings(),
        loss in loss(),
        member in any::<bool>(),
    ) {
        let poorer = SharingFacts {
            mandate: facts.mandate.clone().map(|mandate| Box::new(without(*mandate, &loss))),
            colleague_is_member: facts.colleague_is_member && member,
            ..facts.clone()
        };
        let (before, after) = (sharing::decide(&facts, &settings), sharing::decide(&poorer, &settings));
        prop_assert!(before.allowed || !after.allowed, "{:?} opened {:?}", loss, before.reasons);
        let may = poorer.mandate.as_ref().is_some_and(|mandate| may_be_admin(mandate, &settings));
        prop_assert!(may || !after.allowed, "{:?}", after);
    }
}
