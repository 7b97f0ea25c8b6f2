//! What a look takes over, as a table.

use core_wasm::facts::SubscriptionStatus::{self, Active, Canceled, PastDue, Trialing};
use turnpike::{
    ports::{
        billing::{InspectedItem, Inspection},
        store::binding::{BoundSubscription, LockedBinding},
    },
    webhooks::apply::{Alarm, apply},
};

fn ours() -> BoundSubscription {
    BoundSubscription {
        status: Active,
        ends_at: None,
        trial_ends_at: None,
        item: Some("si_1".to_owned()),
        is_refused: false,
    }
}

fn seen() -> Inspection {
    Inspection {
        status: Some(Active),
        trial_ends_at: None,
        cancels_at: None,
        ended_at: None,
        items: vec![item("si_1", "price_1")],
        has_more_items: false,
        last_operation_id: None,
        mandate_id: None,
        has_schedule: false,
        has_pending_update: false,
        is_charged_automatically: true,
        has_exact_credits: true,
        is_live: false,
    }
}

fn item(id: &str, price: &str) -> InspectedItem {
    InspectedItem {
        id: id.to_owned(),
        quantity: Some(1),
        price_id: Some(price.to_owned()),
        price: Some((100, "CHF".to_owned())),
        period: None,
    }
}

/// What comes of it, and what changed by name.
fn applied(
    ours: &BoundSubscription,
    seen: &Inspection,
    price: Option<&str>,
) -> (BoundSubscription, Vec<Alarm>, String) {
    let locked = LockedBinding { bound: ours.clone(), plan_price_id: price.map(str::to_owned) };
    let changes = apply("m-1", &locked, seen);
    let names = changes.names(ours).join(" ");
    (changes.after, changes.alarms, names)
}

#[test]
fn equal_sides_change_nothing() {
    assert_eq!(applied(&ours(), &seen(), Some("price_1")), (ours(), vec![], String::new()));
}

#[test]
fn status_trial_and_end_follow() {
    let trial = Inspection { status: Some(Trialing), trial_ends_at: Some(7), ..seen() };
    let (after, alarms, names) = applied(&ours(), &trial, None);
    assert_eq!(
        (after.status, after.trial_ends_at, alarms, names.as_str()),
        (Trialing, Some(7), vec![], "status trial_ends_at")
    );

    let ending = Inspection { cancels_at: Some(9), ..seen() };
    assert_eq!(applied(&ours(), &ending, None).0.ends_at, Some(9));
    let over = Inspection { status: Some(Canceled), cancels_at: Some(9), ended_at: Some(8), ..seen() };
    let (after, _, names) = applied(&ours(), &over, None);
    assert_eq!((after.status, after.ends_at, names.as_str()), (Canceled, Some(8), "status ends_at"));
    // Taken back: nothing of it stays.
    assert_eq!(applied(&after, &seen(), None).0, ours());
}

#[test]
fn an_unknown_status_is_an_alarm_and_ours_stays() {
    let late = BoundSubscription { status: PastDue, ..ours() };
    let (after, alarms, _) = applied(&late, &Inspection { status: None, ..seen() }, None);
    assert_eq!((after.status, alarms), (PastDue, vec![Alarm::UnknownStatus]));
}

#[test]
fn a_wrong_binding_changes_nothing_but_itself() {
    let mut theirs = Inspection { status: Some(Canceled), items: vec![], ..seen() };
    theirs.mandate_id = Some("m-2".to_owned());
    let (after, alarms, names) = applied(&ours(), &theirs, None);
    let refused = BoundSubscription { is_refused: true, ..ours() };
    assert_eq!((after, alarms, names.as_str()), (refused.clone(), vec![Alarm::WrongMandate], "binding"));
    for right in [None, Some("m-1".to_owned())] {
        let (after, alarms, _) = applied(&refused, &Inspection { mandate_id: right, ..seen() }, None);
        assert_eq!((after, alarms), (ours(), vec![]), "it is right again");
    }
}

#[test]
fn the_counting_item_is_kept_replaced_or_missed() {
    type Case<'a> = (
        &'a str,
        Option<&'a str>,
        &'a [(&'a str, &'a str)],
        bool,
        Option<&'a str>,
        SubscriptionStatus,
        Option<&'a str>,
        &'a [Alarm],
    );
    let cases: [Case<'_>; 10] = [
        (
            "there",
            Some("si_1"),
            &[("si_2", "price_1"), ("si_1", "price_2")],
            false,
            Some("price_1"),
            Active,
            Some("si_1"),
            &[],
        ),
        (
            "one other with the price",
            Some("si_1"),
            &[("si_2", "price_1"), ("si_3", "x")],
            false,
            Some("price_1"),
            Active,
            Some("si_2"),
            &[Alarm::ItemReplaced],
        ),
        (
            "two others with the price",
            Some("si_1"),
            &[("si_2", "price_1"), ("si_3", "price_1")],
            false,
            Some("price_1"),
            Active,
            Some("si_1"),
            &[Alarm::ItemGone],
        ),
        (
            "none with the price",
            Some("si_1"),
            &[("si_2", "x")],
            false,
            Some("price_1"),
            Active,
            Some("si_1"),
            &[Alarm::ItemGone],
        ),
        (
            "the plan names no price",
            Some("si_1"),
            &[("si_2", "x")],
            false,
            None,
            Active,
            Some("si_1"),
            &[Alarm::ItemGone],
        ),
        ("no item at all", Some("si_1"), &[], false, Some("price_1"), Active, Some("si_1"), &[Alarm::ItemGone]),
        (
            "perhaps on the next page",
            Some("si_1"),
            &[("si_2", "price_1")],
            true,
            Some("price_1"),
            Active,
            Some("si_1"),
            &[],
        ),
        ("over", Some("si_1"), &[], false, Some("price_1"), Canceled, Some("si_1"), &[]),
        (
            "none before, one with the price",
            None,
            &[("si_2", "price_1")],
            false,
            Some("price_1"),
            Active,
            Some("si_2"),
            &[],
        ),
        ("none before, none with the price", None, &[("si_2", "x")], false, Some("price_1"), Active, None, &[]),
    ];
    for (case, before, items, has_more_items, price, status, expected, alarms) in cases {
        let before = BoundSubscription { item: before.map(str::to_owned), ..ours() };
        let items = items.iter().map(|(id, price)| item(id, price)).collect();
        let looked = Inspection { status: Some(status), items, has_more_items, ..seen() };
        let (after, told, _) = applied(&before, &looked, price);
        assert_eq!((after.item.as_deref(), told.as_slice()), (expected, alarms), "{case}");
    }
}
