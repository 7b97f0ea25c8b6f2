//! The matrix as data: what each difference is called, what is repaired, and what it stops; and that the page of docs
//! shows the same table.

use std::fs;

use core_wasm::facts::SubscriptionStatus::{Active, Canceled, PastDue, Trialing};
use turnpike::{
    ports::{
        billing::{BillingTarget, InspectedItem, Inspection, ReadError},
        store::check::{Bound, Position, Standing, Unresolved},
    },
    reconcile::matrix::{
        Becomes, Correction, Finding, MATRIX, Meanwhile, Ours, Repair, corrections, judge, repair, strictest,
    },
};

const NOW: i64 = 1_800_000_000_000;
const MINUTE: i64 = 60_000;
const LOWER: Correction = Correction::Lower { seen: 5 };

/// A subscription with three instances that agrees with [`theirs`].
fn ours() -> Position {
    Position {
        bound: Bound {
            subscription_id: "s1".to_owned(),
            mandate_id: "m1".to_owned(),
            target: BillingTarget { subscription: "sub_1".to_owned(), item: "si_1".to_owned() },
        },
        standing: Standing { status: Active, trial_ends_at: None, ends_at: None },
        plan_price: Some((9000, "CHF".to_owned())),
        plan_price_id: Some("price_1".to_owned()),
        counted: 3,
        confirmed: Some(3),
        price_at_odds: Some(false),
        unresolved: None,
        last_operation_id: Some("op-3".to_owned()),
        accepted_operation_id: None,
        waiting_ends: 0,
        refused_ends: 0,
        others: 0,
        synced_at: Some(NOW - 5 * MINUTE),
        repair_since: None,
        repaired_at: None,
    }
}

fn theirs() -> Inspection {
    Inspection {
        status: Some(Active),
        trial_ends_at: None,
        cancels_at: None,
        ended_at: None,
        items: vec![InspectedItem { id: "si_0".to_owned(), quantity: Some(1), ..item() }, item()],
        has_more_items: false,
        last_operation_id: Some("op-3".to_owned()),
        mandate_id: Some("m1".to_owned()),
        has_schedule: false,
        has_pending_update: false,
        is_charged_automatically: true,
        has_exact_credits: true,
        is_live: false,
    }
}

fn item() -> InspectedItem {
    InspectedItem {
        id: "si_1".to_owned(),
        quantity: Some(3),
        price_id: Some("price_1".to_owned()),
        price: Some((9000, "CHF".to_owned())),
        period: None,
    }
}

/// A comparison: what is changed on both sides, and what is expected.
struct Case {
    name: &'static str,
    ours: fn(&mut Position),
    theirs: fn(&mut Inspection),
    kinds: &'static [&'static str],
    corrections: &'static [Correction],
}

const fn case(
    name: &'static str,
    ours: fn(&mut Position),
    theirs: fn(&mut Inspection),
    kinds: &'static [&'static str],
    corrections: &'static [Correction],
) -> Case {
    Case { name, ours, theirs, kinds, corrections }
}

const SAME: fn(&mut Position) = |_| {};

const CASES: &[Case] = &[
    case("nothing differs", SAME, |_| {}, &[], &[]),
    case("one more", SAME, |theirs| theirs.items[1].quantity = Some(5), &["quantity-higher"], &[LOWER]),
    case("one less", SAME, |theirs| theirs.items[1].quantity = Some(2), &["quantity-lower"], &[]),
    case(
        "more, and never agreed",
        |ours| {
            ours.synced_at = None;
            ours.last_operation_id = None;
        },
        |theirs| {
            theirs.items[1].quantity = Some(5);
            theirs.last_operation_id = None;
        },
        &["quantity-higher", "never-in-sync"],
        &[],
    ),
    case(
        "more, never compared, but our operation wrote last",
        |ours| ours.synced_at = None,
        |theirs| theirs.items[1].quantity = Some(5),
        &["quantity-higher"],
        &[LOWER],
    ),
    case("metered", SAME, |theirs| theirs.items[1].quantity = None, &["item-uncounted"], &[]),
    case("no item", SAME, |theirs| theirs.items.truncate(1), &["item-gone"], &[]),
    case(
        "no item on the first page",
        SAME,
        |theirs| {
            theirs.items.truncate(1);
            theirs.has_more_items = true;
        },
        &["unreadable"],
        &[],
    ),
    case("past due", SAME, |theirs| theirs.status = Some(PastDue), &["status-differs"], &[Correction::TakeOver]),
    case(
        "cancelled: nothing else counts any more",
        SAME,
        |theirs| {
            theirs.status = Some(Canceled);
            theirs.has_schedule = true;
            theirs.items.clear();
        },
        &["status-differs"],
        &[Correction::TakeOver],
    ),
    case(
        "cancelled while an end waits",
        |ours| ours.waiting_ends = 2,
        |theirs| theirs.status = Some(Canceled),
        &["status-differs", "ends-left-over"],
        &[Correction::TakeOver, Correction::FinishEnds],
    ),
    case("a word we do not know", SAME, |theirs| theirs.status = None, &["unknown-status"], &[]),
    case(
        "another end of the trial",
        |ours| ours.standing = Standing { status: Trialing, trial_ends_at: Some(NOW), ends_at: None },
        |theirs| {
            theirs.status = Some(Trialing);
            theirs.trial_ends_at = Some(NOW + MINUTE);
        },
        &["trial-differs"],
        &[Correction::TakeOver],
    ),
    case(
        "another price",
        SAME,
        |theirs| theirs.items[1].price = Some((9500, "CHF".to_owned())),
        &["price-differs"],
        &[],
    ),
    case(
        "another currency",
        SAME,
        |theirs| theirs.items[1].price = Some((9000, "EUR".to_owned())),
        &["price-differs"],
        &[],
    ),
    case("a graduated price", SAME, |theirs| theirs.items[1].price = None, &[], &[]),
    case(
        "another price object",
        SAME,
        |theirs| theirs.items[1].price_id = Some("price_2".to_owned()),
        &["price-id-differs"],
        &[],
    ),
    case(
        "more, and another price: the quantity is not touched either",
        SAME,
        |theirs| {
            theirs.items[1].quantity = Some(5);
            theirs.items[1].price = Some((9500, "CHF".to_owned()));
        },
        &["quantity-higher", "price-differs"],
        &[],
    ),
    case("a schedule", SAME, |theirs| theirs.has_schedule = true, &["schedule-attached"], &[]),
    case("a pending update", SAME, |theirs| theirs.has_pending_update = true, &["pending-update"], &[]),
    case("classic", SAME, |theirs| theirs.has_exact_credits = false, &["billing-mode"], &[]),
    case("invoices are sent", SAME, |theirs| theirs.is_charged_automatically = false, &["collection-method"], &[]),
    case(
        "cancelled later",
        SAME,
        |theirs| theirs.cancels_at = Some(NOW),
        &["cancel-scheduled", "end-differs"],
        &[Correction::TakeOver],
    ),
    case(
        "cancelled later, as we know",
        |ours| ours.standing.ends_at = Some(NOW),
        |theirs| theirs.cancels_at = Some(NOW),
        &["cancel-scheduled"],
        &[],
    ),
    case(
        "no longer cancelled later",
        |ours| ours.standing.ends_at = Some(NOW),
        |_| {},
        &["end-differs"],
        &[Correction::TakeOver],
    ),
    case(
        "an operation we do not know",
        SAME,
        |theirs| theirs.last_operation_id = Some("op-9".to_owned()),
        &["unknown-writer"],
        &[],
    ),
    case(
        "an operation we do not know, and more: an older copy of the database",
        SAME,
        |theirs| {
            theirs.last_operation_id = Some("op-9".to_owned());
            theirs.items[1].quantity = Some(5);
        },
        &["unknown-writer", "quantity-higher"],
        &[],
    ),
    case(
        "an operation we do not know, and cancelled",
        SAME,
        |theirs| {
            theirs.last_operation_id = Some("op-9".to_owned());
            theirs.status = Some(Canceled);
        },
        &["unknown-writer", "status-differs"],
        &[],
    ),
    case(
        "an operation that somebody answered for",
        |ours| ours.accepted_operation_id = Some("op-9".to_owned()),
        |theirs| theirs.last_operation_id = Some("op-9".to_owned()),
        &[],
        &[],
    ),
    case("no operation at all", SAME, |theirs| theirs.last_operation_id = None, &[], &[]),
    case("another mandate", SAME, |theirs| theirs.mandate_id = Some("m2".to_owned()), &["wrong-mandate"], &[]),
    case("no mandate", SAME, |theirs| theirs.mandate_id = None, &[], &[]),
    case("real money", SAME, |theirs| theirs.is_live = true, &["livemode-differs"], &[]),
    case(
        "ends that were refused",
        |ours| (ours.waiting_ends, ours.refused_ends) = (2, 1),
        |_| {},
        &["ends-refused"],
        &[],
    ),
    case("ends that only wait", |ours| ours.waiting_ends = 2, |_| {}, &[], &[]),
    case(
        "several subscriptions",
        |ours| ours.others = 1,
        |theirs| theirs.items[1].quantity = Some(5),
        &["several-subscriptions"],
        &[],
    ),
    case(
        "an operation under way: the ledger's business",
        |ours| ours.unresolved = Some(Unresolved { operation_id: "op-4".to_owned(), since: NOW - 14 * MINUTE }),
        |theirs| theirs.items[1].quantity = Some(5),
        &[],
        &[],
    ),
    case(
        "an operation under way for long",
        |ours| ours.unresolved = Some(Unresolved { operation_id: "op-4".to_owned(), since: NOW - 15 * MINUTE }),
        |theirs| theirs.items[1].quantity = Some(5),
        &["operation-overdue"],
        &[],
    ),
];

fn judged(position: &Position, theirs: &Result<Inspection, ReadError>, account_is_ours: bool) -> Vec<Finding> {
    judge(&Ours { position, is_live: false, account_is_ours, now: NOW }, theirs)
}

fn kinds(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.row().kind).collect()
}

#[test]
fn every_case_is_judged_as_it_says() {
    for case in CASES {
        let (mut position, mut inspection) = (ours(), theirs());
        (case.ours)(&mut position);
        (case.theirs)(&mut inspection);
        let findings = judged(&position, &Ok(inspection), true);
        let mut found = kinds(&findings);
        let mut expected = case.kinds.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{}", case.name);
        assert_eq!(corrections(&findings), case.corrections, "{}", case.name);
    }
}

#[test]
fn what_cannot_be_found_is_not_taken_for_cancelled() {
    let mut position = ours();
    position.waiting_ends = 1;
    position.refused_ends = 1;
    for (account_is_ours, expected, repaired) in [
        (false, vec!["subscription-gone", "ends-refused"], vec![]),
        (true, vec!["subscription-gone", "ends-left-over"], vec![Correction::FinishEnds]),
    ] {
        let findings = judged(&position, &Err(ReadError::Gone), account_is_ours);
        assert_eq!(kinds(&findings), expected);
        assert_eq!(corrections(&findings), repaired);
    }
    for error in [ReadError::Unauthorized, ReadError::Unavailable { cause: "status 503".to_owned() }] {
        let findings = judged(&position, &Err(error), true);
        assert_eq!(kinds(&findings), ["unreadable"]);
        assert_eq!(corrections(&findings), []);
    }
}

#[test]
fn nothing_is_ever_raised_and_only_what_the_table_says_is_repaired() {
    let mut seen: Vec<&str> = Vec::new();
    for case in CASES {
        let (mut position, mut inspection) = (ours(), theirs());
        (case.ours)(&mut position);
        (case.theirs)(&mut inspection);
        for finding in judged(&position, &Ok(inspection), true) {
            let row = finding.row();
            seen.push(row.kind);
            match (row.becomes, repair(&finding)) {
                (Becomes::Lowered, Repair::Itself(Correction::Lower { seen })) => assert!(seen > position.counted),
                (Becomes::TakenOver, Repair::Itself(Correction::TakeOver))
                | (Becomes::Finished, Repair::Itself(Correction::FinishEnds))
                | (Becomes::Alarm, Repair::AlarmOnly)
                | (Becomes::Told, Repair::Nothing) => {}
                other => panic!("{}: {other:?}", row.kind),
            }
            assert_eq!(finding.is_difference(), row.becomes != Becomes::Told);
            assert_eq!(strictest(std::slice::from_ref(&finding)), row.meanwhile);
            let json = serde_json::to_value(&finding).expect("JSON");
            assert_eq!(json["kind"], row.kind, "the table's name is the stored one");
        }
    }
    let missing: Vec<&str> =
        MATRIX.iter().map(|row| row.kind).filter(|kind| !seen.contains(kind) && *kind != "subscription-gone").collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn the_page_shows_the_matrix() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/billing.md")).expect("the page");
    let shown: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| `") && !line.starts_with("| `turnpike_")).collect();
    let expected: Vec<String> = MATRIX
        .iter()
        .map(|row| {
            let becomes = match row.becomes {
                Becomes::Lowered => "repaired: Stripe's quantity is lowered to ours",
                Becomes::TakenOver => "repaired: ours follows",
                Becomes::Finished => "repaired: they are done",
                Becomes::Alarm => "alarm",
                Becomes::Told => "told only",
            };
            let meanwhile = match row.meanwhile {
                Meanwhile::Nothing => "–",
                Meanwhile::NothingAdded => "nothing is added",
                Meanwhile::NothingSent => "nothing is sent",
            };
            format!("| `{}` | {} | {becomes} | {meanwhile} |", row.kind, row.what)
        })
        .collect();
    assert_eq!(shown, expected.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(page.lines().count() <= 100, "the page is longer than two screens");
}
