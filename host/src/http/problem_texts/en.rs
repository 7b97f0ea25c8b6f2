//! English.

use super::{Cause, FaultKind, place, size, words};
use crate::ports::courier::AddressFault;

const AGAIN: &str = "Please try again shortly.";
const QUOTE_ANEW: &str = "Please ask for a new quote.";

pub(super) fn text(cause: &Cause) -> (String, String) {
    let (detail, fix) = match cause {
        Cause::Refused(_) | Cause::Entry(_) | Cause::Scim(_) | Cause::Internal => (
            "Something went wrong on our side.",
            "Please try again; if that does not help, contact support and name the `traceId`.",
        ),
        Cause::Unauthorized => ("The request carries no valid access token.", "Please sign in and try again."),
        Cause::CrossSiteRequest => (
            "The request carries a cookie, but does not show that it comes from a page of this store.",
            "Please work on the page of the store. Programs send `Content-Type: application/json`, `X-Turnpike: 1` and their own `Origin` with the cookie, or an access token.",
        ),
        Cause::InsufficientScope { scope } => {
            return (
                "The token of this service does not allow that.".to_owned(),
                format!("Please use a token with the scope `{scope}`."),
            );
        }
        Cause::MalformedJson { line, column } => {
            return (
                format!("The body of the request is not valid JSON (line {line}, column {column})."),
                "Please send a valid JSON object.".to_owned(),
            );
        }
        Cause::InvalidField(fault) => {
            return (
                format!("The field `{}` {}.", place(&fault.pointer), fault_text(&fault.kind)),
                "Please correct the field.".to_owned(),
            );
        }
        Cause::PayloadTooLarge { limit } => {
            return (
                format!("The body of the request is larger than {}.", size(*limit)),
                "Please send a smaller body.".to_owned(),
            );
        }
        Cause::EventsGone => (
            "Events after this place are deleted already.",
            "Please read everything anew and then begin from the start.",
        ),
        Cause::WrongSignature => (
            "The payload is not signed with a secret that is configured here.",
            "Please sign it with the secret of this endpoint.",
        ),
        Cause::SignatureExpired => {
            ("The signature of the payload is not of now.", "Please send it with a new signature; check the clocks.")
        }
        Cause::UnsupportedMediaType => {
            ("The body of the request is not marked as JSON.", "Please send `Content-Type: application/json`.")
        }
        Cause::NotFound => ("There is nothing at this address.", "Please check the address."),
        Cause::MethodNotAllowed => {
            ("This address does not know this method.", "The header `Allow` names the methods that exist here.")
        }
        Cause::RateLimited { seconds } => {
            return (
                "There were too many requests in a short time.".to_owned(),
                if *seconds == 1 {
                    "Please try again in one second.".to_owned()
                } else {
                    format!("Please try again in {seconds} seconds.")
                },
            );
        }
        Cause::TooManyStreams { limit } => {
            return (
                format!("You already have {limit} views open that update themselves."),
                "Please close one of them.".to_owned(),
            );
        }
        Cause::IdempotencyKeyReused => (
            "This `Idempotency-Key` belongs to a request with another body.",
            "Please use a new key for every new request.",
        ),
        Cause::Withdrawn => (
            "The activation was withdrawn before anything was charged.",
            "Please activate the feature anew if it is needed.",
        ),
        Cause::QuoteRequired => {
            ("What costs money needs a quote first.", "Please ask for a quote and name it in the request.")
        }
        Cause::QuoteExpired => ("The quote has expired. Nothing was changed.", QUOTE_ANEW),
        Cause::QuoteUsed => ("The quote was used already. Nothing was changed by this request.", QUOTE_ANEW),
        Cause::QuoteChanged => (
            "The quote does not hold any more, or is about something else. Nothing was changed.",
            "Please look at the new quote and agree to it, or ask for another.",
        ),
        Cause::RequestNotOpen => (
            "This request was answered or taken back, or is about something else. Nothing was changed.",
            "Please load the requests anew.",
        ),
        Cause::ChangePending => ("Another change of this instance waits for billing.", AGAIN),
        Cause::RequestInProgress => ("The request with this `Idempotency-Key` is still being worked on.", AGAIN),
        Cause::ServiceUnavailable => ("The service is unavailable for the moment. Nothing was changed.", AGAIN),
        Cause::PolicyUnavailable => ("The rules gave no decision. Nothing was changed.", AGAIN),
        Cause::Timeout => (
            "The answer did not come in time. The request may still take effect.",
            "Please check the present state, or repeat the request with the same `Idempotency-Key`.",
        ),
    };
    (detail.to_owned(), fix.to_owned())
}

fn fault_text(kind: &FaultKind) -> String {
    match kind {
        FaultKind::Missing => "is missing".to_owned(),
        FaultKind::WrongType { expected: "string" } => "must be a string".to_owned(),
        FaultKind::WrongType { expected: "array" } => "must be a list".to_owned(),
        FaultKind::WrongType { .. } => "must be an object".to_owned(),
        FaultKind::Length { min, max } => format!("must be {min} to {max} characters long"),
        FaultKind::Entries { min, max } => format!("must hold {min} to {max} entries"),
        FaultKind::Range { min, max } => format!("must be a whole number from {min} to {max}"),
        FaultKind::ControlCharacter => "must not hold control characters".to_owned(),
        FaultKind::NotVisible => "must hold visible ASCII characters only".to_owned(),
        FaultKind::NotAllowed { allowed } => format!("must be one of {}", words(allowed)),
        FaultKind::NearMiss { expected } => format!("is not known; `{expected}` is probably meant"),
        FaultKind::Duplicate => "is given more than once".to_owned(),
        FaultKind::Unfit { message } => format!("is not as it must be: {message}"),
        FaultKind::Address(AddressFault::NoUrl) => "must be an absolute URL".to_owned(),
        FaultKind::Address(AddressFault::Insecure) => "must begin with `https://`".to_owned(),
        FaultKind::Address(AddressFault::Adorned) => {
            "must hold neither a user's name and password nor a fragment".to_owned()
        }
        FaultKind::Address(AddressFault::Private) => "must not be a private, loopback or link-local address".to_owned(),
        FaultKind::Exclusive { other } => format!("must not be given together with `{other}`"),
    }
}
