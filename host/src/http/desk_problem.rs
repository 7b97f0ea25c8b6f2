//! What a use case that gave no answer looks like from outside. The cause is logged here, once.

use core_wasm::reason::Reason;

use super::{
    limits::{Class, Exceeded},
    problem::{Cause, Problem},
    quote_answer::QuoteAnswer,
};
use crate::{
    activation::{DeskError, QuoteFault},
    directory::Refusal,
    ports::store::StoreError,
};

/// The problem for a request that counts as this class.
pub(super) fn desk_problem(error: DeskError, class: Class) -> Problem {
    match error {
        DeskError::Limited(limited) => Exceeded::of(class, limited.retry_after_seconds).into(),
        DeskError::KeyReused => Problem::of(Cause::IdempotencyKeyReused),
        DeskError::InProgress => Problem::of(Cause::RequestInProgress),
        DeskError::Pending => Problem::of(Cause::ChangePending),
        DeskError::Overtaken => Problem::of(Cause::Entry(Refusal::Precondition)),
        DeskError::RequestNotOpen => Problem::of(Cause::RequestNotOpen),
        DeskError::Quote(fault) => quote_problem(fault),
        DeskError::Unpriced => Problem::refused(vec![Reason::BillingUnavailable { since: None }]),
        // Unlike 503 this does not say that nothing happens.
        DeskError::Uncertain => {
            tracing::warn!("a commit was not answered");
            Problem::of(Cause::Timeout)
        }
        DeskError::Store(error @ StoreError::Unavailable { .. }) => {
            tracing::warn!(%error, "the store does not answer");
            Problem::of(Cause::ServiceUnavailable)
        }
        DeskError::Store(error) => {
            tracing::error!(%error, "the store failed");
            Problem::of(Cause::Internal)
        }
        DeskError::Policy(error) => {
            tracing::error!(%error, "the policy gave no decision");
            Problem::of(Cause::PolicyUnavailable)
        }
    }
}

fn quote_problem(fault: QuoteFault) -> Problem {
    match fault {
        QuoteFault::Required => Problem::of(Cause::QuoteRequired),
        QuoteFault::Expired => Problem::of(Cause::QuoteExpired),
        QuoteFault::Used => Problem::of(Cause::QuoteUsed),
        QuoteFault::Changed(fresh) => {
            let problem = Problem::of(Cause::QuoteChanged);
            match fresh {
                Some(quote) => problem.with_quote(QuoteAnswer::from(*quote)),
                None => problem,
            }
        }
    }
}

/// Reads count as such.
impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        desk_problem(error, Class::Read)
    }
}
