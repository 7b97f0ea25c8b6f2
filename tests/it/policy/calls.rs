//! Facts to ask about, as typed values.

use core_wasm::{
    facts::{
        ActivationFacts, BillingPeriod, DeactivationFacts, FeatureFacts, HeldAccess, HeldInstanceFacts, InstanceFacts,
        InstanceState, MandateFacts, MandatesFacts, MembershipFacts, OverviewFacts, PlanFacts, RequestedInstance,
        RoleFacts, Scope, SharingFacts, SubscriptionFacts, SubscriptionStatus, Target,
    },
    question::{Call, Question, Single},
    settings::Settings,
};

/// 2026-11-22 00:00 UTC.
const NOW: i64 = 1_795_305_600_000;

pub(crate) fn feature() -> FeatureFacts {
    FeatureFacts {
        code: "chat".to_owned(),
        category: "store".to_owned(),
        template_roles: vec!["chat-admin".to_owned(), "chat-user".to_owned()],
    }
}

/// A mandate with an admin, a paid plan and room for more.
pub(crate) fn mandate() -> MandateFacts {
    MandateFacts {
        is_system: false,
        enabled: true,
        membership: Some(MembershipFacts {
            enabled: true,
            roles: vec![RoleFacts { label: Some("admin".to_owned()), of_mandate: true, of_instance: false }],
        }),
        subscriptions: vec![SubscriptionFacts {
            status: SubscriptionStatus::Active,
            starts_at: None,
            ends_at: None,
            trial_ends_at: None,
            plan: Some(PlanFacts {
                price: Some(1_900),
                currency: "CHF".to_owned(),
                max_instances: Some(5),
                billing_period: Some(BillingPeriod::Monthly),
            }),
            has_stripe_subscription: true,
            has_stripe_item: true,
            price_at_odds: false,
            stripe_differs: false,
            confirmed_quantity: Some(2),
            in_doubt_since: None,
            billed: 2,
            invoices: Vec::new(),
        }],
        counted: 2,
        waiting: 0,
        caps: None,
    }
}

pub(crate) fn activation() -> ActivationFacts {
    ActivationFacts {
        now: NOW,
        adding: 1,
        feature: Some(feature()),
        mandate: Some(mandate()),
        billing_connected: true,
        billing_paused: false,
        restoring: None,
    }
}

pub(crate) fn deactivation() -> DeactivationFacts {
    DeactivationFacts {
        now: NOW,
        requested: RequestedInstance { feature_code: "chat".to_owned(), mandate_id: "m-1".to_owned() },
        scope: Scope::Mine,
        mandate: Some(mandate()),
        instance: Some(InstanceFacts {
            feature_code: "chat".to_owned(),
            mandate_id: "m-1".to_owned(),
            state: InstanceState::Active,
            accesses: 1,
        }),
        has_access: true,
    }
}

pub(crate) fn sharing() -> SharingFacts {
    SharingFacts {
        mandate: Some(Box::new(mandate())),
        has_instance: true,
        colleague_is_member: true,
        has_role: true,
        access: HeldAccess::Other,
    }
}

pub(crate) fn mandates() -> MandatesFacts {
    MandatesFacts { now: NOW, home_granted: false, mandates: vec![mandate(), mandate()] }
}

pub(crate) fn overview(mandates: usize, features: usize) -> OverviewFacts {
    OverviewFacts {
        now: NOW,
        billing_connected: true,
        billing_paused: false,
        mandates: vec![mandate(); mandates],
        features: vec![feature(); features],
        instances: vec![HeldInstanceFacts {
            mandate: 0,
            state: InstanceState::Active,
            enabled: true,
            access_enabled: true,
        }],
        target: Target::Any,
    }
}

pub(crate) fn batch() -> Vec<Single> {
    vec![
        Single::Activation(activation()),
        Single::Deactivation(deactivation()),
        Single::Mandates(mandates()),
        Single::Sharing(sharing()),
    ]
}

/// The call in JSON, under the default settings.
pub(crate) fn json(question: Question) -> Vec<u8> {
    serde_json::to_vec(&Call { settings: Settings::default(), question }).unwrap()
}

/// One call of every kind, and some that are none.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let refused = ActivationFacts { mandate: None, ..activation() };
    let good = json(Question::Activation(activation()));
    vec![
        ("activation", good.clone()),
        ("refused activation", json(Question::Activation(refused))),
        ("deactivation", json(Question::Deactivation(deactivation()))),
        ("mandates", json(Question::Mandates(mandates()))),
        ("overview", json(Question::Overview(overview(3, 4)))),
        ("sharing", json(Question::Sharing(sharing()))),
        ("batch", json(Question::Batch(batch()))),
        ("nothing", Vec::new()),
        ("no json", b"\xff\xfe not json".to_vec()),
        ("half a call", good[..good.len() / 2].to_vec()),
        ("deep nesting", vec![b'['; 100_000]),
        ("unknown field", br#"{"settings":{},"question":{"activation":{}},"more":1}"#.to_vec()),
    ]
}

/// Questions of every kind.
pub(super) fn questions() -> Vec<(&'static str, Question)> {
    vec![
        ("activation", Question::Activation(activation())),
        ("deactivation", Question::Deactivation(deactivation())),
        ("mandates", Question::Mandates(mandates())),
        ("overview", Question::Overview(overview(3, 4))),
        ("sharing", Question::Sharing(sharing())),
        ("batch", Question::Batch(batch())),
    ]
}

/// A call in the compact form.
pub(super) fn compact(question: Question) -> Vec<u8> {
    core_wasm::compact::to_vec(&Call { settings: Settings::default(), question })
}

/// Bytes that are no call in the compact form.
pub(super) fn no_compact_calls() -> Vec<(String, Vec<u8>)> {
    let good = compact(Question::Activation(activation()));
    let mut bad: Vec<_> = (0..good.len()).map(|at| (format!("the first {at} bytes"), good[..at].to_vec())).collect();
    bad.push(("a byte more".to_owned(), [good.as_slice(), &[0]].concat()));
    bad.push(("another version".to_owned(), [&[2], &good[1..]].concat()));
    bad.push(("JSON".to_owned(), json(Question::Activation(activation()))));
    bad.push(("a length of 4 GB".to_owned(), [1, 255, 255, 255, 255].to_vec()));
    bad.push(("nothing but length".to_owned(), [vec![1], vec![255; 100_000]].concat()));
    bad
}
