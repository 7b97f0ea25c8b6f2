//! What Stripe does with quantities, instants and keys.

use core_wasm::settings::Gate;
use turnpike::ports::billing::{Billing as _, BillingTarget, QuantityUpdate, ReadError, Refusal, SetOutcome};
use uuid::Uuid;

use super::account::{Account, BEGIN, Subscribed};

fn update(of: &Subscribed, quantity: i64, at: Option<i64>) -> QuantityUpdate {
    QuantityUpdate {
        target: of.target.clone(),
        quantity,
        gate: Gate::Quantity,
        proration_at: at.map(|second| second * 1000),
        operation_id: Uuid::new_v4().to_string(),
    }
}

fn key() -> String {
    Uuid::new_v4().to_string()
}

/// Nothing of a feature active is the quantity 0, and the item stays.
#[tokio::test]
async fn a_quantity_goes_up_down_and_to_nothing() {
    let account = Account::open().await;
    let subscribed = account.subscribed(1, 9000, BEGIN).await;
    for quantity in [3, 0, 1] {
        let update = update(&subscribed, quantity, None);
        let key = key();
        for attempt in ["sent", "repeated"] {
            let outcome = account.billing.set_quantity(&update, &key).await;
            assert!(matches!(outcome, SetOutcome::Applied { .. }), "{quantity}, {attempt}: {outcome:?}");
        }
        let seen = account.billing.read(&subscribed.target).await.expect("a reading");
        assert_eq!(seen.quantity, quantity);
        assert_eq!(seen.last_operation_id, Some(update.operation_id), "the metadata tells who wrote last");
        assert_eq!(seen.price, Some((9000, "CHF".to_owned())));
        assert!(seen.in_force);
    }
    account.close(subscribed).await;
}

/// The period rolled over while an operation waited: its instant is refused as what it is, so that it can be given up.
#[tokio::test]
async fn an_instant_outside_of_the_period_is_refused_by_name() {
    let account = Account::open().await;
    let subscribed = account.subscribed(1, 9000, BEGIN).await;
    let (start, end) = subscribed.period;
    account.advance(&subscribed, end + 3 * 86_400).await;
    let late = update(&subscribed, 2, Some(start + 86_400));
    let outcome = account.billing.set_quantity(&late, &key()).await;
    assert!(matches!(outcome, SetOutcome::Refused { refusal: Refusal::ProrationDate, .. }), "{outcome:?}");
    let anew = QuantityUpdate { proration_at: None, ..late };
    let outcome = account.billing.set_quantity(&anew, &key()).await;
    assert!(matches!(outcome, SetOutcome::Applied { .. }), "{outcome:?}");
    account.close(subscribed).await;
}

#[tokio::test]
async fn what_is_gone_is_gone() {
    let account = Account::open().await;
    let nowhere = BillingTarget { subscription: "sub_turnpikenone".to_owned(), item: "si_turnpikenone".to_owned() };
    assert_eq!(account.billing.read(&nowhere).await, Err(ReadError::Gone));
}

/// Whether a 404 is remembered under its key: the simulator says so, and an operation whose subscription is gone is not
/// sent again under the same key either way.
#[tokio::test]
async fn a_missing_subscription_is_remembered_under_its_key() {
    let account = Account::open().await;
    let (path, key) = ("/v1/subscriptions/sub_turnpikenone", key());
    let fields = [("description", "Turnpike test")];
    let first = account.post(path, &fields, Some(&key)).await;
    assert_eq!((first.status, &first.body["error"]["code"]), (404, &"resource_missing".into()), "{first:?}");
    assert!(!first.replayed);
    let second = account.post(path, &fields, Some(&key)).await;
    assert_eq!((second.status, second.replayed), (404, true), "the simulator's assumption: {second:?}");
}

#[tokio::test]
async fn other_parameters_under_a_used_key_are_an_idempotency_error() {
    let account = Account::open().await;
    let subscribed = account.subscribed(1, 9000, BEGIN).await;
    let (path, key) = (format!("/v1/subscriptions/{}", subscribed.target.subscription), key());
    assert_eq!(account.post(&path, &[("description", "one")], Some(&key)).await.status, 200);
    let other = account.post(&path, &[("description", "two")], Some(&key)).await;
    assert_eq!((other.status, &other.body["error"]["type"]), (400, &"idempotency_error".into()), "{other:?}");
    account.close(subscribed).await;
}
