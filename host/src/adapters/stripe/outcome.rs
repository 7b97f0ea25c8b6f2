//! What an error answer to an update means: each variant of the outcome says only what is certain.

use super::{error_body::ErrorBody, transport::Answer};
use crate::ports::billing::{Refusal, SetOutcome};

/// How long to leave Stripe alone when it says that trying again is of no use now, in milliseconds.
const LONG_PAUSE: i64 = 60_000;

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
        Refusal::Declined
    } else if status == 404 || error.code.as_deref() == Some("resource_missing") {
        Refusal::Gone
    } else if error.param.as_deref() == Some("proration_date") {
        Refusal::ProrationDate
    } else {
        Refusal::Invalid { cause: error.summary() }
    }
}

/// What the provider asks for; a while, when it says that the same request will not do better.
fn pause(answer: &Answer) -> Option<i64> {
    if answer.should_retry == Some(false) {
        Some(answer.retry_after.map_or(LONG_PAUSE, |asked| asked.max(LONG_PAUSE)))
    } else {
        answer.retry_after
    }
}
