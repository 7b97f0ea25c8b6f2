//! Reads what Stripe bills now.

use stripe_billing::subscription::RetrieveSubscription;
use stripe_client_core::{RequestBuilder, StripeRequest};

use super::{
    error_body::ErrorBody,
    subscription::{OPERATION, Price, Subscription, is_id},
    transport::{Answer, Interruption, Transport},
};
use crate::ports::billing::{BillingTarget, Observation, ReadError};

/// Statuses under which a subscription bills.
const IN_FORCE: [&str; 2] = ["active", "trialing"];

pub(super) async fn read(transport: &Transport, target: &BillingTarget) -> Result<Observation, ReadError> {
    if !is_id(&target.item) {
        return Err(ReadError::Gone);
    }
    observe(&retrieve(transport, &target.subscription).await?, target)
}

/// The body of a subscription.
pub(super) async fn retrieve(transport: &Transport, subscription: &str) -> Result<Vec<u8>, ReadError> {
    if !is_id(subscription) {
        return Err(ReadError::Gone);
    }
    get(transport, RetrieveSubscription::new(subscription).build()).await
}

/// The body of an object.
pub(super) async fn get(transport: &Transport, request: RequestBuilder) -> Result<Vec<u8>, ReadError> {
    match transport.send(request, None).await {
        Err(Interruption::NotSent { cause } | Interruption::Ambiguous { cause }) => {
            Err(ReadError::Unavailable { cause })
        }
        Ok(answer) if answer.status == 200 => Ok(answer.body),
        Ok(answer) => Err(error(&answer)),
    }
}

fn observe(body: &[u8], target: &BillingTarget) -> Result<Observation, ReadError> {
    let mut subscription = Subscription::parse(body).ok_or_else(|| unusable("the answer is not a subscription"))?;
    let item = match subscription.item(&target.item) {
        Some(item) => item,
        None if subscription.items.has_more == Some(true) => {
            return Err(unusable("the item is not among the first of the subscription"));
        }
        None => return Err(ReadError::Gone),
    };
    let quantity = item.quantity.ok_or_else(|| unusable("the item has no quantity"))?;
    let price = item.price.as_ref().and_then(Price::minor);
    Ok(Observation {
        quantity,
        price,
        in_force: IN_FORCE.contains(&subscription.status.as_str()),
        last_operation_id: subscription.metadata.take().and_then(|mut metadata| metadata.remove(OPERATION)),
    })
}

pub(super) fn unusable(cause: &str) -> ReadError {
    ReadError::Unavailable { cause: cause.to_owned() }
}

/// What an error answer to a read means.
pub(super) fn error(answer: &Answer) -> ReadError {
    match (answer.status, ErrorBody::parse(&answer.body)) {
        (401 | 403, _) => ReadError::Unauthorized,
        (404, Some(_)) => ReadError::Gone,
        (status, Some(error)) => ReadError::Unavailable { cause: format!("status {status}, {}", error.summary()) },
        (status, None) => {
            ReadError::Unavailable { cause: format!("status {status} without an error of Stripe's form") }
        }
    }
}
