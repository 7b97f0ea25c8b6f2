//! The adapter against the simulator, which applies updates, remembers keys and breaks connections.

use std::time::Duration;

use core_wasm::facts::SubscriptionStatus;
use stripe_sim::{Action, BodyKind, Cut, Edit, Fault, Sim, Stage, Status};
use turnpike::ports::billing::{Billing, BillingTarget, QuantityUpdate, ReadError, Refusal, SetOutcome};

use super::{ITEM, SUBSCRIPTION, billing, hasty_billing, target, update};

const ENDPOINT: &str = "/v1/subscriptions/";

async fn sim(quantity: u64) -> Sim {
    let sim = Sim::start().await;
    sim.seed_item(ITEM, SUBSCRIPTION, quantity);
    sim
}

/// An update at the simulator's present.
fn at_once(sim: &Sim, quantity: i64) -> QuantityUpdate {
    QuantityUpdate { proration_at: Some(sim.now_ms()), ..update(quantity) }
}

#[track_caller]
fn assert_applied(outcome: &SetOutcome) {
    assert!(matches!(outcome, SetOutcome::Applied { request_id: Some(id) } if id.starts_with("req_")), "{outcome:?}");
}

#[tokio::test]
async fn up_and_down_with_proration_and_read_back() {
    let sim = sim(1).await;
    let billing = billing(&sim.url());
    for quantity in [2, 5, 0, 1] {
        let update = QuantityUpdate { operation_id: format!("op-{quantity}"), ..at_once(&sim, quantity) };
        assert_applied(&billing.set_quantity(&update, &format!("key-{quantity}")).await);
        assert_eq!(sim.quantity(ITEM).map(|is| is as i64), Some(quantity));
        let seen = billing.read(&target()).await.expect("an observation");
        assert_eq!(seen.quantity, quantity);
        assert_eq!(seen.last_operation_id, Some(format!("op-{quantity}")));
        assert_eq!(seen.price, Some((9000, "CHF".to_owned())));
        assert!(seen.in_force);
    }
    let ledger = sim.ledger();
    assert!(!ledger.quantity_changes.is_empty() && !ledger.pending_lines.is_empty(), "{ledger:?}");
}

#[tokio::test]
async fn what_was_applied_before_the_connection_broke_is_replayed() {
    for (name, action) in [
        ("reset", Action::Drop { at: Stage::After, how: Cut::Rst }),
        ("closed", Action::Drop { at: Stage::After, how: Cut::Close }),
        ("truncated", Action::Truncate),
        ("stalled", Action::Stall),
        (
            "proxy's page",
            Action::Status {
                status: 502,
                body: BodyKind::Html,
                at: Stage::After,
                code: None,
                should_retry: None,
                saved: None,
            },
        ),
    ] {
        let sim = sim(1).await;
        let billing = hasty_billing(&sim.url());
        let update = at_once(&sim, 2);
        sim.fault(Fault::once("POST", ENDPOINT, action));
        let first = billing.set_quantity(&update, "key-1").await;
        assert!(matches!(first, SetOutcome::Unknown { saved: false, .. }), "{name}: {first:?}");
        assert_eq!(sim.quantity(ITEM), Some(2), "{name}: it was applied");
        assert_applied(&billing.set_quantity(&update, "key-1").await);
        // Once only, whatever happened since.
        sim.edit(SUBSCRIPTION, Edit { quantity: Some(9), ..Edit::default() }).expect("an edit");
        assert_applied(&billing.set_quantity(&update, "key-1").await);
        assert_eq!(sim.quantity(ITEM), Some(9), "{name}: a replay changes nothing");
    }
}

#[tokio::test]
async fn what_was_not_applied_is_carried_out_by_the_repeat() {
    for (name, action) in [
        ("reset", Action::Drop { at: Stage::Before, how: Cut::Rst }),
        (
            "proxy's page",
            Action::Status {
                status: 503,
                body: BodyKind::Html,
                at: Stage::Before,
                code: None,
                should_retry: None,
                saved: None,
            },
        ),
    ] {
        let sim = sim(1).await;
        let billing = billing(&sim.url());
        let update = at_once(&sim, 2);
        sim.fault(Fault::once("POST", ENDPOINT, action));
        let first = billing.set_quantity(&update, "key-1").await;
        assert!(matches!(first, SetOutcome::Unknown { saved: false, .. }), "{name}: {first:?}");
        assert_eq!(sim.quantity(ITEM), Some(1), "{name}");
        assert_applied(&billing.set_quantity(&update, "key-1").await);
        assert_eq!(sim.quantity(ITEM), Some(2), "{name}");
    }
}

#[tokio::test]
async fn a_saved_failure_is_known_as_such_when_it_is_replayed() {
    let sim = sim(1).await;
    let billing = billing(&sim.url());
    let update = at_once(&sim, 2);
    sim.fault(Fault::once(
        "POST",
        ENDPOINT,
        Action::Status {
            status: 500,
            body: BodyKind::Json,
            at: Stage::Before,
            code: None,
            should_retry: None,
            saved: None,
        },
    ));
    for saved in [false, true, true] {
        let outcome = billing.set_quantity(&update, "key-1").await;
        assert!(matches!(outcome, SetOutcome::Unknown { saved: is, .. } if is == saved), "{outcome:?}");
    }
    assert_applied(&billing.set_quantity(&update, "key-2").await);
}

#[tokio::test]
async fn while_it_is_carried_out_the_same_key_is_in_progress_and_another_busy() {
    let sim = sim(1).await;
    let billing = std::sync::Arc::new(billing(&sim.url()));
    let update = at_once(&sim, 2);
    sim.fault(Fault::once("POST", ENDPOINT, Action::Hold { at: Stage::Before }));
    let held = tokio::spawn({
        let (billing, update) = (std::sync::Arc::clone(&billing), update.clone());
        async move { billing.set_quantity(&update, "key-1").await }
    });
    assert!(sim.wait_until(Duration::from_secs(10), |sim| sim.held() == 1).await);
    assert_eq!(billing.set_quantity(&update, "key-1").await, SetOutcome::InProgress);
    assert!(matches!(billing.set_quantity(&update, "key-2").await, SetOutcome::Busy { .. }));
    sim.release();
    assert_applied(&held.await.expect("no panic"));
}

#[tokio::test]
async fn refusals() {
    let sim = sim(1).await;
    let billing = billing(&sim.url());
    let gone = SetOutcome::Refused { refusal: Refusal::Gone, request_id: None };
    for (subscription, item) in [("sub_none", ITEM), (SUBSCRIPTION, "si_none")] {
        let target = BillingTarget { subscription: subscription.to_owned(), item: item.to_owned() };
        let update = QuantityUpdate { target: target.clone(), ..at_once(&sim, 2) };
        let outcome = billing.set_quantity(&update, &format!("{subscription}-{item}")).await;
        assert!(
            matches!(outcome, SetOutcome::Refused { refusal: Refusal::Gone, request_id: Some(_) }),
            "{outcome:?} {gone:?}"
        );
        assert_eq!(billing.read(&target).await, Err(ReadError::Gone));
    }
    let long_ago = QuantityUpdate { proration_at: Some(0), ..update(2) };
    let outcome = billing.set_quantity(&long_ago, "key-date").await;
    assert!(matches!(outcome, SetOutcome::Refused { refusal: Refusal::ProrationDate, .. }), "{outcome:?}");

    assert_applied(&billing.set_quantity(&at_once(&sim, 2), "key-1").await);
    let outcome = billing.set_quantity(&at_once(&sim, 3), "key-1").await;
    assert!(
        matches!(outcome, SetOutcome::Unknown { saved: true, .. }),
        "the same key with other parameters: {outcome:?}"
    );

    sim.fault(Fault::once(
        "POST",
        ENDPOINT,
        Action::Status {
            status: 402,
            body: BodyKind::Json,
            at: Stage::Before,
            code: Some("card_declined".to_owned()),
            should_retry: None,
            saved: None,
        },
    ));
    let outcome = billing.set_quantity(&at_once(&sim, 3), "key-3").await;
    assert!(matches!(outcome, SetOutcome::Refused { refusal: Refusal::Declined, .. }), "{outcome:?}");
    assert_eq!(sim.quantity(ITEM), Some(2));
}

#[tokio::test]
async fn stripe_gone_and_back() {
    let sim = sim(1).await;
    let billing = billing(&sim.url());
    assert_applied(&billing.set_quantity(&at_once(&sim, 2), "key-1").await);
    sim.stop().await;
    // The kept connection may be tried first; the next attempt has none.
    let _ = billing.set_quantity(&at_once(&sim, 3), "key-2").await;
    let outcome = billing.set_quantity(&at_once(&sim, 3), "key-3").await;
    assert!(matches!(outcome, SetOutcome::NotSent { .. }), "{outcome:?}");
    sim.restart().await.expect("restarted");
    assert_applied(&billing.set_quantity(&at_once(&sim, 3), "key-3").await);
    assert_eq!(sim.quantity(ITEM), Some(3));
}

#[tokio::test]
async fn an_inspection_shows_all_that_can_differ() {
    let sim = sim(3).await;
    let billing = billing(&sim.url());
    let seen = billing.inspect(SUBSCRIPTION).await.expect("an inspection");
    let [item] = seen.items.as_slice() else { panic!("{seen:?}") };
    assert_eq!((item.id.as_str(), item.quantity, item.price.clone()), (ITEM, Some(3), Some((9000, "CHF".to_owned()))));
    assert!(item.period.is_some_and(|(from, until)| from <= sim.now_ms() && sim.now_ms() < until), "{item:?}");
    assert_eq!(seen.status, Some(SubscriptionStatus::Active));
    assert!(seen.is_charged_automatically && seen.has_exact_credits && !seen.is_live);
    assert!(!seen.has_schedule && !seen.has_pending_update && !seen.has_more_items);

    let edit = Edit {
        status: Some(Status::PastDue),
        schedule: Some(Some("sub_sched_1".to_owned())),
        metadata: Some([("turnpike_mandate".to_owned(), "m1".to_owned())].into()),
        ..Edit::default()
    };
    sim.edit(SUBSCRIPTION, edit).expect("an edit");
    let seen = billing.inspect(SUBSCRIPTION).await.expect("an inspection");
    assert_eq!(seen.status, Some(SubscriptionStatus::PastDue));
    assert_eq!(seen.mandate_id.as_deref(), Some("m1"));
    assert!(seen.has_schedule);
    assert_eq!(billing.inspect("sub_unknown").await, Err(ReadError::Gone));
    assert_eq!(billing.inspect("sub_1/../2").await, Err(ReadError::Gone));
}
