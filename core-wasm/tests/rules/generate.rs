//! Random calls: any combination of the values at which rules turn, so that most branches are met often. Boxed, because
//! nested strategies by value would fill a test's stack.

use core_wasm::{
    facts::{
        ActivationFacts, BillingPeriod, CapsFacts, DeactivationFacts, FeatureFacts, HeldAccess, HeldInstanceFacts,
        InstanceFacts, InstanceState, MandateFacts, MandatesFacts, MembershipFacts, MoneyFacts, OverviewFacts,
        PlanFacts, RequestedInstance, RestoringFacts, RoleFacts, Scope, SharingFacts, SubscriptionFacts,
        SubscriptionStatus, Target,
    },
    question::{Call, Question, Single},
    settings::{AdminMatch, BUDGET_WINDOW, Gate, OrphanEnd, Settings},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

/// An instant at most a minute from the others, often just at the limit of doubt, or at the ends of time.
pub(crate) fn instant() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => 0_i64..4,
        8 => 29_999_i64..30_004,
        8 => 0_i64..60_000,
        1 => Just(i64::MIN),
        1 => Just(i64::MAX),
    ]
}

/// Mostly about as long ago as an invoice counts.
fn invoice() -> impl Strategy<Value = i64> {
    prop_oneof![8 => instant().prop_map(|at| at.saturating_sub(BUDGET_WINDOW)), 2 => instant()]
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![20 => 0_i64..6, 1 => Just(-1), 1 => Just(i64::MAX), 1 => Just(i64::MIN)]
}

/// Likely true, so that many preconditions hold at once.
fn mostly() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.93)
}

fn rarely() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.07)
}

fn label() -> impl Strategy<Value = String> {
    select(vec![
        "admin",
        "admin",
        "admin",
        " ADMIN ",
        "noadmin",
        "site admin",
        "user",
        "",
        "Größe \"\\\n\u{1F600}\u{7}",
    ])
    .prop_map(str::to_owned)
}

pub(crate) fn settings() -> BoxedStrategy<Settings> {
    (
        prop_oneof![3 => Just(vec!["admin".to_owned()]), 1 => vec(label(), 0..3)],
        select(vec![AdminMatch::Exact, AdminMatch::Words, AdminMatch::Substring]),
        select(vec![OrphanEnd::Anyone, OrphanEnd::Admin]),
        any::<bool>(),
        instant(),
        select(vec!["CHF", "CHF", "EUR"]),
        (select(Gate::ALL.to_vec()), number(), number()),
    )
        .prop_map(
            |(
                admin_labels,
                admin_match,
                orphan_end,
                home_mandate,
                restore_window,
                currency,
                (gate, invoice_budget, most_waiting),
            )| Settings {
                admin_labels,
                admin_match,
                orphan_end,
                home_mandate,
                restore_window,
                currency: currency.to_owned(),
                gate,
                invoice_budget,
                most_waiting,
            },
        )
        .boxed()
}

fn role() -> impl Strategy<Value = RoleFacts> {
    (option::weighted(0.95, label()), mostly(), prop::bool::weighted(0.1))
        .prop_map(|(label, of_mandate, of_instance)| RoleFacts { label, of_mandate, of_instance })
}

fn plan() -> BoxedStrategy<PlanFacts> {
    (
        option::of(number()),
        select(vec!["CHF", "CHF", "chf", "EUR"]),
        option::weighted(0.4, number()),
        select(vec![None, Some(BillingPeriod::Monthly), Some(BillingPeriod::Yearly)]),
    )
        .prop_map(|(price, currency, max_instances, billing_period)| PlanFacts {
            price,
            currency: currency.to_owned(),
            max_instances,
            billing_period,
        })
        .boxed()
}

fn status() -> impl Strategy<Value = SubscriptionStatus> {
    use SubscriptionStatus::{Active, Canceled, Expired, PastDue, Paused, Pending, Scheduled, Trialing, Unpaid};
    select(vec![Active, Active, Active, Trialing, PastDue, Pending, Scheduled, Unpaid, Paused, Canceled, Expired])
}

fn subscription() -> BoxedStrategy<SubscriptionFacts> {
    (
        (status(), option::weighted(0.2, instant()), option::weighted(0.1, instant()), option::of(instant())),
        (option::weighted(0.9, plan()), mostly(), mostly(), prop::bool::weighted(0.1), prop::bool::weighted(0.1)),
        (option::weighted(0.3, number()), option::weighted(0.3, instant()), number(), vec(invoice(), 0..4)),
    )
        .prop_map(
            |(
                (status, starts_at, ends_at, trial_ends_at),
                (plan, has_stripe_subscription, has_stripe_item, price_at_odds, stripe_differs),
                (confirmed_quantity, in_doubt_since, billed, mut invoices),
            )| {
                invoices.sort_unstable();
                SubscriptionFacts {
                    status,
                    starts_at,
                    ends_at,
                    trial_ends_at,
                    plan,
                    has_stripe_subscription,
                    has_stripe_item,
                    price_at_odds,
                    stripe_differs,
                    confirmed_quantity,
                    in_doubt_since,
                    billed,
                    invoices,
                }
            },
        )
        .boxed()
}

fn caps() -> BoxedStrategy<CapsFacts> {
    let money = (number(), select(vec!["CHF", "chf", "CHF", "EUR"]))
        .prop_map(|(minor, currency)| MoneyFacts { minor, currency: currency.to_owned() });
    (option::of(number()), option::of(money)).prop_map(|(instances, monthly)| CapsFacts { instances, monthly }).boxed()
}

pub(crate) fn mandate() -> BoxedStrategy<MandateFacts> {
    let membership = (mostly(), prop_oneof![1 => Just(Vec::new()), 9 => vec(role(), 1..4)])
        .prop_map(|(enabled, roles)| MembershipFacts { enabled, roles });
    (
        prop::bool::weighted(0.1),
        mostly(),
        option::weighted(0.9, membership),
        prop_oneof![1 => Just(Vec::new()), 9 => vec(subscription(), 1..4)],
        number(),
        number(),
        option::weighted(0.4, caps()),
    )
        .prop_map(|(is_system, enabled, membership, subscriptions, counted, waiting, caps)| MandateFacts {
            is_system,
            enabled,
            membership,
            subscriptions,
            counted,
            waiting,
            caps,
        })
        .boxed()
}

pub(crate) fn feature() -> BoxedStrategy<FeatureFacts> {
    (
        select(vec!["chatbot", "notes"]),
        select(vec!["store", "store", "store", "system"]),
        vec(select(vec!["x-ADMIN", "x-ADMIN", "x-user", "admin"]).prop_map(str::to_owned), 1..4),
    )
        .prop_map(|(code, category, template_roles)| FeatureFacts {
            code: code.to_owned(),
            category: category.to_owned(),
            template_roles,
        })
        .boxed()
}

pub(crate) fn activation() -> BoxedStrategy<ActivationFacts> {
    let restoring = option::weighted(0.9, instant()).prop_map(|ended_at| RestoringFacts { ended_at });
    (
        instant(),
        number(),
        option::weighted(0.95, feature()),
        option::weighted(0.95, mandate()),
        mostly(),
        rarely(),
        option::weighted(0.2, restoring),
    )
        .prop_map(|(now, adding, feature, mandate, billing_connected, billing_paused, restoring)| ActivationFacts {
            now,
            adding,
            feature,
            mandate,
            billing_connected,
            billing_paused,
            restoring,
        })
        .boxed()
}

pub(crate) fn deactivation() -> BoxedStrategy<DeactivationFacts> {
    let code = || prop_oneof![9 => Just("chatbot".to_owned()), 1 => Just("notes".to_owned())];
    let instance = (code(), select(vec![InstanceState::Reserved, InstanceState::Active]), number()).prop_map(
        |(feature_code, state, accesses)| InstanceFacts { feature_code, mandate_id: "m1".to_owned(), state, accesses },
    );
    (
        instant(),
        code(),
        select(vec![Scope::Mine, Scope::User, Scope::Mandate]),
        option::weighted(0.95, mandate()),
        option::weighted(0.95, instance),
        mostly(),
    )
        .prop_map(|(now, feature_code, scope, mandate, instance, has_access)| DeactivationFacts {
            now,
            requested: RequestedInstance { feature_code, mandate_id: "m1".to_owned() },
            scope,
            mandate,
            instance,
            has_access,
        })
        .boxed()
}

pub(crate) fn sharing() -> BoxedStrategy<SharingFacts> {
    let access = select(vec![HeldAccess::None, HeldAccess::None, HeldAccess::Other, HeldAccess::Same]);
    (option::weighted(0.95, mandate()), mostly(), mostly(), mostly(), access)
        .prop_map(|(mandate, has_instance, colleague_is_member, has_role, access)| SharingFacts {
            mandate: mandate.map(Box::new),
            has_instance,
            colleague_is_member,
            has_role,
            access,
        })
        .boxed()
}

pub(crate) fn mandates() -> BoxedStrategy<MandatesFacts> {
    (instant(), any::<bool>(), vec(mandate(), 0..3))
        .prop_map(|(now, home_granted, mandates)| MandatesFacts { now, home_granted, mandates })
        .boxed()
}

pub(crate) fn overview() -> BoxedStrategy<OverviewFacts> {
    let held = (0_u32..4, select(vec![InstanceState::Reserved, InstanceState::Active]), mostly(), mostly()).prop_map(
        |(mandate, state, enabled, access_enabled)| HeldInstanceFacts { mandate, state, enabled, access_enabled },
    );
    let target = prop_oneof![Just(Target::Any), option::of(0_u32..4).prop_map(|mandate| Target::One { mandate })];
    (instant(), mostly(), rarely(), vec(mandate(), 0..3), vec(feature(), 0..3), vec(held, 0..3), target)
        .prop_map(|(now, billing_connected, billing_paused, mandates, features, instances, target)| OverviewFacts {
            now,
            billing_connected,
            billing_paused,
            mandates,
            features,
            instances,
            target,
        })
        .boxed()
}

pub(crate) fn single() -> BoxedStrategy<Single> {
    prop_oneof![
        activation().prop_map(Single::Activation),
        deactivation().prop_map(Single::Deactivation),
        mandates().prop_map(Single::Mandates),
        sharing().prop_map(Single::Sharing),
    ]
    .boxed()
}

pub(crate) fn call() -> BoxedStrategy<Call> {
    let question = prop_oneof![
        activation().prop_map(Question::Activation),
        deactivation().prop_map(Question::Deactivation),
        mandates().prop_map(Question::Mandates),
        overview().prop_map(Question::Overview),
        sharing().prop_map(Question::Sharing),
        vec(single(), 0..3).prop_map(Question::Batch),
    ];
    (settings(), question).prop_map(|(settings, question)| Call { settings, question }).boxed()
}
