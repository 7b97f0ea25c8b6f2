//! What Stripe does when a higher quantity has to be paid at once.

use core_wasm::settings::Gate;
use turnpike::ports::billing::{Billing as _, QuantityUpdate, SetOutcome};
use uuid::Uuid;

use super::account::{Account, Answer, BEGIN, Card, Subscribed};

/// New invoices of one subscription that Stripe makes within a minute.
const INVOICES_A_MINUTE: i64 = 10;

fn paid(of: &Subscribed, quantity: i64) -> QuantityUpdate {
    QuantityUpdate {
        target: of.target.clone(),
        quantity,
        gate: Gate::Payment,
        proration_at: None,
        operation_id: Uuid::new_v4().to_string(),
    }
}

/// The update as the adapter sends it, to see the words of the answer.
async fn raw(account: &Account, of: &Subscribed, quantity: i64) -> Answer {
    let path = format!("/v1/subscriptions/{}", of.target.subscription);
    let quantity = quantity.to_string();
    let fields = [
        ("items[0][id]", of.target.item.as_str()),
        ("items[0][quantity]", quantity.as_str()),
        ("proration_behavior", "always_invoice"),
        ("payment_behavior", "error_if_incomplete"),
    ];
    account.post(&path, &fields, Some(&Uuid::new_v4().to_string())).await
}

async fn refused(card: Card, code: &str) {
    let account = Account::open().await;
    let subscribed = account.subscribed(1, 9000, BEGIN).await;
    account.advance(&subscribed, BEGIN + 86_400).await;
    account.card(&subscribed, card).await;
    let answer = raw(&account, &subscribed, 2).await;
    assert_eq!((answer.status, &answer.body["error"]["code"]), (402, &code.into()), "{answer:?}");
    let outcome = account.billing.set_quantity(&paid(&subscribed, 2), &Uuid::new_v4().to_string()).await;
    assert!(matches!(outcome, SetOutcome::Refused { .. }), "{outcome:?}");
    let seen = account.billing.read(&subscribed.target).await.expect("a reading");
    assert_eq!(seen.quantity, 1, "it is not applied");
    account.card(&subscribed, Card::Good).await;
    let outcome = account.billing.set_quantity(&paid(&subscribed, 2), &Uuid::new_v4().to_string()).await;
    assert!(matches!(outcome, SetOutcome::Applied { .. }), "{outcome:?}");
    account.close(subscribed).await;
}

#[tokio::test]
async fn a_declined_card_refuses_the_update() {
    refused(Card::Declined, "card_declined").await;
}

#[tokio::test]
async fn a_card_that_needs_its_owner_refuses_the_update() {
    refused(Card::NeedsOwner, "subscription_payment_intent_requires_action").await;
}

/// One invoice too many in a minute is no refusal: the same key is sent again later.
#[tokio::test]
async fn too_many_invoices_are_put_off() {
    let account = Account::open().await;
    let subscribed = account.subscribed(1, 9000, BEGIN).await;
    account.advance(&subscribed, BEGIN + 86_400).await;
    let mut limited = None;
    // The first invoice is that of the subscription itself, and belongs to another minute of the test clock.
    for quantity in 2..=INVOICES_A_MINUTE + 3 {
        match account.billing.set_quantity(&paid(&subscribed, quantity), &Uuid::new_v4().to_string()).await {
            SetOutcome::Applied { .. } => {}
            other => {
                limited = Some((quantity, other));
                break;
            }
        }
    }
    let (quantity, outcome) = limited.expect("the limit is reached");
    assert!(matches!(outcome, SetOutcome::Busy { .. }), "{outcome:?}");
    let answer = raw(&account, &subscribed, quantity).await;
    assert_eq!((answer.status, &answer.body["error"]["code"]), (429, &"rate_limit".into()), "{answer:?}");
    account.close(subscribed).await;
}
