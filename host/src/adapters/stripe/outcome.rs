//! What an error answer to an update means: each variant of the outcome says only what is certain.

use super::{error_body::ErrorBody, transport::Answer};
use crate::ports::billing::{Refusal, SetOutcome};

/// How long to leave Stripe alone when it says that trying again is of no use now, in milliseconds.
const LONG_PAUSE: i64 = 60_000;

/// How long to leave one subscription alone that has used up a limit of its own (invoices a minute and a day, updates of
/// the quantity an hour), in milliseconds.
const LIMIT_PAUSE: i64 = 10 * 60_000;

/// Codes of payments that only the card's owner can bring about.
const OWNER_NEEDED: [&str; 4] = [
    "authentication_required",
    "invoice_payment_intent_requires_action",
    "payment_intent_action_required",
    "subscription_payment_intent_requires_action",
];

/// Judges an answer that is not a 200.
///
/// Only an error of Stripe's own form refuses for good: a page of something in between proves nothing about the
/// subscription. What does not get past the key check or the rate limit was not carried out, whoever says so.
pub(super) fn of_error(answer: Answer) -> SetOutcome {
    let error = ErrorBody::parse(&answer.body);
    let is = |code: &str| error.as_ref().is_some_and(|error| error.code.as_deref() == Some(code));
    match (answer.status, &error) {
        (401 | 403, _) => SetOutcome::Unauthorized,
        (409, _) if is("idempotency_key_in_use") => SetOutcome::InProgress,
        (409 | 429, _) => SetOutcome::Busy { retry_after: pause(&answer) },
        (_, Some(error)) if answer.status == 400 && error.kind == "idempotency_error" => {
            tracing::error!(
                stripe.request_id = answer.request_id,
                "an idempotency key was used again with other parameters; the operation is resolved by reading"
            );
            SetOutcome::Unknown { saved: true, cause: "the key was first used with other parameters".to_owned() }
        }
        (status @ 400..=499, Some(error)) if !is_passing(status) => {
            SetOutcome::Refused { refusal: refusal(status, error), request_id: answer.request_id }
        }
        (status, Some(error)) => {
            SetOutcome::Unknown { saved: answer.replayed, cause: format!("status {status}, {}", error.summary()) }
        }
        (status, None) => {
            SetOutcome::Unknown { saved: false, cause: format!("status {status} without an error of Stripe's form") }
        }
    }
}

/// Request timeout, failed dependency and too early: a fault of the moment, whether it was carried out or not.
fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 424 | 425)
}

fn refusal(status: u16, error: &ErrorBody) -> Refusal {
    if status == 402 {
        let needs_owner =
            [&error.code, &error.decline_code].into_iter().flatten().any(|code| OWNER_NEEDED.contains(&code.as_str()));
        if needs_owner { Refusal::ActionRequired } else { Refusal::Declined }
    } else if status == 404 || error.code.as_deref() == Some("resource_missing") {
        Refusal::Gone
    } else if error.param.as_deref() == Some("proration_date") {
        Refusal::ProrationDate
    } else {
        Refusal::Invalid { cause: error.summary() }
    }
}

/// What the provider asks for; a while, when it says that the same request will not do better; a long while, when the
/// subscription has used up a limit.
fn pause(answer: &Answer) -> Option<i64> {
    let least = if answer.limited_by.as_deref() == Some("resource-specific") {
        LIMIT_PAUSE
    } else if answer.should_retry == Some(false) {
        LONG_PAUSE
    } else {
        return answer.retry_after;
    };
    Some(answer.retry_after.map_or(least, |asked| asked.max(least)))
}
