//! That the reasons told are complete and exact: with all causes removed but one, exactly that one is told, and with all
//! removed the answer is yes.

use core_wasm::{
    activation, deactivation,
    facts::{
        ActivationFacts, DeactivationFacts, FeatureFacts, InstanceFacts, InstanceState, MandateFacts, MembershipFacts,
        PlanFacts, RoleFacts, SubscriptionFacts, SubscriptionStatus,
    },
    reason::Reason,
    settings::Settings,
};
use proptest::prelude::*;

use crate::generate;

/// What takes the cause of a reason away from an activation, in an order in which none brings back another.
type Cure = (&'static str, fn(&mut ActivationFacts, &mut Settings));

const CURES: [Cure; 16] = [
    ("instance-not-found", |facts, _| facts.restoring = None),
    ("feature-not-found", |facts, _| feature(facts).category = "store".to_owned()),
    ("mandate-not-found", |facts, _| member(&mut facts.mandate).enabled = true),
    ("mandate-closed", |facts, _| each_mandate(facts, |mandate| (mandate.is_system, mandate.enabled) = (false, true))),
    ("not-admin", |facts, settings| admin(&mut facts.mandate, settings)),
    ("no-subscription", |facts, _| each_mandate(facts, |mandate| mandate.subscriptions.push(free()))),
    ("plan-unknown", |facts, _| {
        each_subscription(facts, |subscription| subscription.plan = subscription.plan.take().or_else(|| free().plan));
    }),
    ("subscription-past-due", |facts, _| {
        each_subscription(facts, |subscription| {
            if subscription.status == SubscriptionStatus::PastDue {
                subscription.status = SubscriptionStatus::Active;
            }
        });
    }),
    ("billing-incomplete", |facts, settings| {
        facts.billing_connected = true;
        each_subscription(facts, |subscription| {
            (subscription.has_stripe_subscription, subscription.has_stripe_item) = (true, true);
            (subscription.price_at_odds, subscription.stripe_differs) = (false, false);
            if let Some(plan) = &mut subscription.plan {
                plan.currency.clone_from(&settings.currency);
            }
        });
    }),
    ("capacity-reached", |facts, _| {
        each_subscription(facts, |subscription| {
            if let Some(plan) = &mut subscription.plan {
                plan.max_instances = None;
            }
        });
    }),
    ("billing-out-of-sync", |facts, _| each_subscription(facts, |subscription| subscription.confirmed_quantity = None)),
    ("feature-misconfigured", |facts, _| {
        if let Some(feature) = &mut facts.feature {
            feature.template_roles.push("x-admin".to_owned());
        }
    }),
    ("restore-expired", |facts, _| facts.restoring = None),
    ("billing-unavailable", |facts, _| each_subscription(facts, |subscription| subscription.in_doubt_since = None)),
    ("billing-paused", |facts, _| facts.billing_paused = false),
    ("too-many-waiting", |facts, settings| {
        settings.most_waiting = 1;
        each_mandate(facts, |mandate| mandate.waiting = 0);
    }),
];

/// The last one stands apart: it needs no order.
fn cure_invoices(facts: &mut ActivationFacts) {
    each_subscription(facts, |subscription| subscription.invoices.clear());
}

fn feature(facts: &mut ActivationFacts) -> &mut FeatureFacts {
    facts.feature.get_or_insert_with(|| FeatureFacts {
        code: "chatbot".to_owned(),
        category: String::new(),
        template_roles: vec!["x-admin".to_owned()],
    })
}

fn member(mandate: &mut Option<MandateFacts>) -> &mut MembershipFacts {
    let mandate = mandate.get_or_insert_with(|| MandateFacts {
        is_system: false,
        enabled: true,
        membership: None,
        subscriptions: vec![free()],
        counted: 0,
        waiting: 0,
    });
    mandate.membership.get_or_insert_with(|| MembershipFacts { enabled: true, roles: Vec::new() })
}

fn admin(mandate: &mut Option<MandateFacts>, settings: &mut Settings) {
    settings.admin_labels.push("chief".to_owned());
    if let Some(membership) = mandate.as_mut().and_then(|mandate| mandate.membership.as_mut()) {
        membership.roles.push(RoleFacts { label: Some("chief".to_owned()), of_mandate: true, of_instance: false });
    }
}

fn each_mandate(facts: &mut ActivationFacts, change: impl Fn(&mut MandateFacts)) {
    facts.mandate.iter_mut().for_each(change);
}

fn each_subscription(facts: &mut ActivationFacts, change: impl Fn(&mut SubscriptionFacts)) {
    each_mandate(facts, |mandate| mandate.subscriptions.iter_mut().for_each(&change));
}

/// In force, and in nobody's way.
fn free() -> SubscriptionFacts {
    SubscriptionFacts {
        status: SubscriptionStatus::Active,
        starts_at: None,
        ends_at: None,
        trial_ends_at: None,
        plan: Some(PlanFacts { price: None, currency: "CHF".to_owned(), max_instances: None, billing_period: None }),
        has_stripe_subscription: false,
        has_stripe_item: false,
        price_at_odds: false,
        stripe_differs: false,
        confirmed_quantity: None,
        in_doubt_since: None,
        billed: 0,
        invoices: Vec::new(),
    }
}

/// The facts and settings with every cause removed but that of the reason, or all of them.
fn cured(facts: &ActivationFacts, settings: &Settings, but: Option<&Reason>) -> (ActivationFacts, Settings) {
    let (mut facts, mut settings) = (facts.clone(), settings.clone());
    let code = but.map(|reason| reason.profile().code);
    for (of, cure) in CURES {
        // To a stranger an ended instance is unknown: that is one cause with two names.
        let is_kept = code == Some(of)
            || code == Some("instance-not-found") && of == "mandate-not-found"
            // It names the status of a subscription that is not in force: no bill of it is overdue.
            || code == Some("no-subscription") && of == "subscription-past-due"
            || matches!(code, Some("instance-not-found" | "restore-expired"))
                && matches!(of, "instance-not-found" | "restore-expired");
        if !is_kept {
            cure(&mut facts, &mut settings);
        }
    }
    if code != Some("invoice-budget-used") {
        cure_invoices(&mut facts);
    }
    (facts, settings)
}

/// The same for a deactivation.
fn cured_deactivation(
    facts: &DeactivationFacts,
    settings: &Settings,
    but: Option<&Reason>,
) -> (DeactivationFacts, Settings) {
    let (mut facts, mut settings) = (facts.clone(), settings.clone());
    let code = but.map(|reason| reason.profile().code);
    if code != Some("instance-not-found") {
        member(&mut facts.mandate).enabled = true;
        let instance = facts.instance.get_or_insert_with(|| InstanceFacts {
            feature_code: String::new(),
            mandate_id: String::new(),
            state: InstanceState::Active,
            accesses: 2,
        });
        instance.feature_code.clone_from(&facts.requested.feature_code);
        instance.mandate_id.clone_from(&facts.requested.mandate_id);
    }
    if code != Some("no-access") {
        facts.has_access = true;
    }
    if code != Some("not-admin") {
        admin(&mut facts.mandate, &mut settings);
    }
    (facts, settings)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn with_all_causes_removed_but_one_an_activation_tells_exactly_that_one(
        facts in generate::activation(),
        settings in generate::settings(),
    ) {
        for reason in activation::decide(&facts, &settings).reasons {
            let (facts, settings) = cured(&facts, &settings, Some(&reason));
            prop_assert_eq!(activation::decide(&facts, &settings).reasons, vec![reason]);
        }
        let (facts, settings) = cured(&facts, &settings, None);
        prop_assert_eq!(activation::decide(&facts, &settings).reasons, vec![]);
    }

    #[test]
    fn with_all_causes_removed_but_one_a_deactivation_tells_exactly_that_one(
        facts in generate::deactivation(),
        settings in generate::settings(),
    ) {
        for reason in deactivation::decide(&facts, &settings).reasons {
            let (facts, settings) = cured_deactivation(&facts, &settings, Some(&reason));
            prop_assert_eq!(deactivation::decide(&facts, &settings).reasons, vec![reason]);
        }
        let (facts, settings) = cured_deactivation(&facts, &settings, None);
        prop_assert_eq!(deactivation::decide(&facts, &settings).reasons, vec![]);
    }
}
