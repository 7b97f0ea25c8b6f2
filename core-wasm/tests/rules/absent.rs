//! That a rule says nothing about what is not there, by itself, whatever rules stand before it in the list.

use core_wasm::{
    facts::{HeldAccess, RestoringFacts, SharingFacts},
    own::OwnRules,
    reason::Reason,
    rules::{
        billing_answers::billing_answers, billing_complete::billing_complete, billing_in_sync::billing_in_sync,
        billing_not_paused::billing_not_paused, caller_is_admin::caller_is_admin, capacity_left::capacity_left,
        ended_instance_known::ended_instance_known, feature_has_admin_role::feature_has_admin_role,
        feature_in_store::feature_in_store, instance_cap_left::instance_cap_left,
        invoice_budget_left::invoice_budget_left, mandate_open::mandate_open, mandate_visible::mandate_visible,
        not_past_due::not_past_due, plan_known::plan_known, queue_has_room::queue_has_room,
        restore_in_time::restore_in_time, shared_instance_known::shared_instance_known, sharing_open::sharing_open,
        sharing_permitted::sharing_permitted, spending_cap_left::spending_cap_left,
        subscription_operative::subscription_operative,
    },
    settings::{Gate, Settings},
    situation::{Activation, Sharing},
};

/// Rules about what a mandate, its subscription, a feature or an ended instance is like.
const ABOUT_SOMETHING: [fn(&Activation<'_>) -> Option<Reason>; 16] = [
    mandate_open,
    caller_is_admin,
    subscription_operative,
    plan_known,
    not_past_due,
    billing_complete,
    capacity_left,
    instance_cap_left,
    spending_cap_left,
    billing_in_sync,
    feature_has_admin_role,
    restore_in_time,
    billing_answers,
    billing_not_paused,
    queue_has_room,
    invoice_budget_left,
];

/// Everything else speaks against: billing is not there and paused, and what has a limit has none left.
fn nothing(settings: &Settings) -> Activation<'_> {
    Activation {
        now: i64::MAX,
        adding: i64::MAX,
        feature: None,
        mandate: None,
        billing_connected: false,
        billing_paused: true,
        restoring: None,
        settings,
        own: OwnRules::NONE,
    }
}

#[test]
fn without_mandate_and_feature_only_that_is_told() {
    let settings = Settings { gate: Gate::Payment, invoice_budget: 0, most_waiting: 0, ..Settings::default() };
    let activation = nothing(&settings);
    for rule in ABOUT_SOMETHING {
        assert_eq!(rule(&activation), None);
    }
    assert_eq!(feature_in_store(&activation), Some(Reason::FeatureNotFound {}));
    assert_eq!(mandate_visible(&activation), Some(Reason::MandateNotFound {}));
    assert_eq!(ended_instance_known(&activation), None);
}

#[test]
fn an_instance_that_never_ended_is_unknown_and_not_too_old() {
    let settings = Settings { restore_window: 0, ..Settings::default() };
    let activation = Activation { restoring: Some(&RestoringFacts { ended_at: None }), ..nothing(&settings) };
    assert_eq!(ended_instance_known(&activation), Some(Reason::InstanceNotFound {}));
    assert_eq!(restore_in_time(&activation), None);
}

#[test]
fn without_a_mandate_sharing_is_told_of_no_instance_and_nothing_of_the_mandate() {
    let facts = SharingFacts {
        mandate: None,
        has_instance: true,
        colleague_is_member: true,
        has_role: true,
        access: HeldAccess::None,
    };
    let sharing = Sharing { facts: &facts, settings: &Settings::default() };
    assert_eq!(shared_instance_known(&sharing), Some(Reason::InstanceNotFound {}));
    assert_eq!(sharing_open(&sharing), None);
    assert_eq!(sharing_permitted(&sharing), None);
}
