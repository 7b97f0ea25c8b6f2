//! Sets the absolute quantity of a subscription's item.
//!
//! The subscription's endpoint and not the item's: its answer shows a pending update, and it takes the metadata along.

use std::collections::HashMap;

use core_wasm::settings::Gate;
use stripe_billing::subscription::{
    UpdateSubscription, UpdateSubscriptionItems, UpdateSubscriptionPaymentBehavior, UpdateSubscriptionProrationBehavior,
};
use stripe_client_core::{IdempotencyKey, RequestBuilder, StripeRequest};

use super::{
    outcome,
    subscription::{OPERATION, QUANTITY, Subscription, is_id},
    transport::{Answer, Interruption, Transport},
};
use crate::ports::billing::{QuantityUpdate, Refusal, SetOutcome};

/// Statuses of a subscription whose quantity counts for the next invoice.
const BILLING_STATUSES: [&str; 3] = ["active", "trialing", "past_due"];

pub(super) async fn set_quantity(transport: &Transport, update: &QuantityUpdate, idempotency_key: &str) -> SetOutcome {
    let request = match request(update) {
        Ok(request) => request,
        Err(refusal) => return SetOutcome::Refused { refusal, request_id: None },
    };
    let key = match IdempotencyKey::new(idempotency_key) {
        Ok(key) => key,
        Err(_) => return SetOutcome::NotSent { cause: "the idempotency key has not 1 to 255 characters".to_owned() },
    };
    match transport.send(request, Some(&key)).await {
        Err(Interruption::NotSent { cause }) => SetOutcome::NotSent { cause },
        Err(Interruption::Ambiguous { cause }) => SetOutcome::Unknown { saved: false, cause },
        Ok(answer) if answer.status == 200 => confirmed(answer, update),
        Ok(answer) => outcome::of_error(answer),
    }
}

/// The request: a function of the update alone.
fn request(update: &QuantityUpdate) -> Result<RequestBuilder, Refusal> {
    let target = &update.target;
    if !is_id(&target.subscription) || !is_id(&target.item) {
        return Err(Refusal::Gone);
    }
    let quantity = u64::try_from(update.quantity)
        .map_err(|_| Refusal::Invalid { cause: "the quantity is below zero".to_owned() })?;
    let mut item = UpdateSubscriptionItems::new();
    item.id = Some(target.item.clone());
    item.quantity = Some(quantity);
    let metadata = HashMap::from([
        (OPERATION.to_owned(), update.operation_id.clone()),
        (QUANTITY.to_owned(), quantity.to_string()),
    ]);
    let mut request = UpdateSubscription::new(target.subscription.as_str()).items([item]).metadata(metadata);
    request = match update.gate {
        Gate::Quantity => request.proration_behavior(UpdateSubscriptionProrationBehavior::CreateProrations),
        // Invoiced and paid at once, or nothing changes. Nobody is there to confirm a payment while this is sent.
        Gate::Payment => request
            .proration_behavior(UpdateSubscriptionProrationBehavior::AlwaysInvoice)
            .payment_behavior(UpdateSubscriptionPaymentBehavior::ErrorIfIncomplete)
            .off_session(true),
    };
    if let Some(at) = update.proration_at {
        request = request.proration_date(at.div_euclid(1000));
    }
    Ok(request.build())
}

/// A 200 is believed only when it shows what was wanted.
fn confirmed(answer: Answer, update: &QuantityUpdate) -> SetOutcome {
    match fault(&answer.body, update) {
        None => SetOutcome::Applied { request_id: answer.request_id },
        // The second time such an answer comes it is a replay: from then on it is known to be saved.
        Some(cause) => SetOutcome::Unknown { saved: answer.replayed, cause },
    }
}

/// What keeps the answer from being a confirmation.
fn fault(body: &[u8], update: &QuantityUpdate) -> Option<String> {
    let Some(subscription) = Subscription::parse(body) else {
        return Some("the answer is not a subscription".to_owned());
    };
    if subscription.pending_update.is_some() {
        return Some("the update waits for a payment".to_owned());
    }
    if !BILLING_STATUSES.contains(&subscription.status.as_str()) {
        return Some("the subscription is neither active nor trialing nor past due".to_owned());
    }
    match subscription.item(&update.target.item).map(|item| item.quantity) {
        None => Some("the answer does not show the item".to_owned()),
        Some(Some(quantity)) if quantity == update.quantity => None,
        Some(Some(quantity)) => {
            Some(format!("the answer shows the quantity {quantity} instead of {}", update.quantity))
        }
        Some(None) => Some("the item has no quantity".to_owned()),
    }
}
