//! That the reasons told are complete and exact: with all causes removed but one, exactly that one is told, and with all
//! removed the answer is yes.

use core_wasm::{
    activation, deactivation,
    facts::{
        ActivationFacts, CapsFacts, DeactivationFacts, FeatureFacts, HeldAccess, InstanceFacts, InstanceState,
        MandateFacts, MembershipFacts, PlanFacts, RoleFacts, Scope, SharingFacts, SubscriptionFacts,
        SubscriptionStatus,
    },
    reason::Reason,
    settings::Settings,
    sharing,
    terms::operative,
};
use proptest::prelude::*;

use crate::{generate, laws::ends_the_telling};

/// What takes the cause of a reason away from an activation, in an order in which none brings back another.
type Cure = (&'static str, fn(&mut ActivationFacts, &mut Settings));

const CURES: [Cure; 18] = [
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
        });
        // The deployment's currency, not the plan's, which a spending cap is compared with.
        let (now, mandate) = (facts.now, facts.mandate.as_ref());
        let in_force = mandate.and_then(|mandate| operative::first(&mandate.subscriptions, now));
        if let Some(plan) = in_force.and_then(|(_, subscription)| subscription.plan.as_ref()) {
            settings.currency.clone_from(&plan.currency);
        }
    }),
    ("capacity-reached", |facts, _| {
        each_subscription(facts, |subscription| {
            if let Some(plan) = &mut subscription.plan {
                plan.max_instances = None;
            }
        });
    }),
    ("instance-cap-reached", |facts, _| each_caps(facts, |caps| caps.instances = None)),
    ("spending-cap-reached", |facts, _| each_caps(facts, |caps| caps.monthly = None)),
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

/// The codes of all causes that an activation may be refused for.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    CURES.iter().map(|(code, _)| *code).chain(["invoice-budget-used"])
}

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
        caps: None,
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

fn each_caps(facts: &mut ActivationFacts, change: impl Fn(&mut CapsFacts)) {
    each_mandate(facts, |mandate| mandate.caps.iter_mut().for_each(&change));
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

/// The facts and settings with every cause removed but that of the reason of this code, or all of them.
pub(crate) fn cured(facts: &ActivationFacts, settings: &Settings, code: Option<&str>) -> (ActivationFacts, Settings) {
    let (mut facts, mut settings) = (facts.clone(), settings.clone());
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
    code: Option<&str>,
) -> (DeactivationFacts, Settings) {
    let (mut facts, mut settings) = (facts.clone(), settings.clone());
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

/// The codes of all causes that an access may be refused for.
const OF_SHARING: [&str; 6] =
    ["instance-not-found", "mandate-closed", "not-admin", "colleague-not-found", "role-not-found", "access-held"];

/// The same when an access is given.
fn cured_sharing(facts: &SharingFacts, settings: &Settings, code: Option<&str>) -> (SharingFacts, Settings) {
    let (mut facts, mut settings) = (facts.clone(), settings.clone());
    let mut mandate = facts.mandate.take().map(|mandate| *mandate);
    for of in OF_SHARING.into_iter().filter(|of| code != Some(of)) {
        match of {
            "instance-not-found" => {
                member(&mut mandate).enabled = true;
                facts.has_instance = true;
            }
            "mandate-closed" => {
                mandate.iter_mut().for_each(|mandate| (mandate.is_system, mandate.enabled) = (false, true));
            }
            "not-admin" => admin(&mut mandate, &mut settings),
            "colleague-not-found" => facts.colleague_is_member = true,
            "role-not-found" => facts.has_role = true,
            _ => facts.access = HeldAccess::None,
        }
    }
    facts.mandate = mandate.map(Box::new);
    (facts, settings)
}

/// What decides about facts and settings with all causes removed but those of the code: nothing is told, or that one.
type Alone<'a> = &'a dyn Fn(Option<&str>) -> Vec<Reason>;

/// Whether exactly what is told alone is told, up to a reason after which nothing more is.
fn check_complete(told: &[Reason], codes: &[&str], alone: Alone<'_>) -> Result<(), TestCaseError> {
    prop_assert_eq!(alone(None), vec![], "with all causes removed");
    for reason in told {
        prop_assert_eq!(alone(Some(reason.profile().code)), vec![reason.clone()], "with that cause alone");
    }
    // Where something is not found nothing else is looked at; before who is no admin, only whether the mandate is closed.
    let last = told.last().filter(|reason| ends_the_telling(reason));
    let looked_at = |reason: &Reason| match last {
        None => true,
        Some(Reason::NotAdmin { .. }) => matches!(reason, Reason::MandateClosed { .. }),
        Some(_) => false,
    };
    for code in codes {
        if let [reason] = alone(Some(code)).as_slice()
            && reason.profile().code == *code
            && looked_at(reason)
        {
            let is_told = told.iter().any(|told| told.profile().code == *code);
            prop_assert!(is_told, "`{code}` is told alone, and not among {:?}", told);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn with_all_causes_removed_but_one_an_activation_tells_exactly_that_one(
        facts in generate::activation(),
        settings in generate::settings(),
    ) {
        let codes: Vec<&str> = codes().collect();
        check_complete(&activation::decide(&facts, &settings).reasons, &codes, &|code| {
            let (facts, settings) = cured(&facts, &settings, code);
            activation::decide(&facts, &settings).reasons
        })?;
    }

    #[test]
    fn with_all_causes_removed_but_one_sharing_tells_exactly_that_one(
        facts in generate::sharing(),
        settings in generate::settings(),
    ) {
        check_complete(&sharing::decide(&facts, &settings).reasons, &OF_SHARING, &|code| {
            let (facts, settings) = cured_sharing(&facts, &settings, code);
            sharing::decide(&facts, &settings).reasons
        })?;
    }

    #[test]
    fn with_all_causes_removed_but_one_a_deactivation_tells_exactly_that_one(
        facts in generate::deactivation(),
        settings in generate::settings(),
    ) {
        // A colleague's access is looked at for admins only, and without an access nothing ends.
        let codes = match (facts.scope, facts.has_access) {
            (Scope::Mine, true) => vec!["instance-not-found", "no-access", "not-admin"],
            (Scope::Mine, false) => vec!["instance-not-found", "no-access"],
            (Scope::User | Scope::Mandate, _) => vec!["instance-not-found", "not-admin"],
        };
        check_complete(&deactivation::decide(&facts, &settings).reasons, &codes, &|code| {
            let (facts, settings) = cured_deactivation(&facts, &settings, code);
            deactivation::decide(&facts, &settings).reasons
        })?;
    }
}
