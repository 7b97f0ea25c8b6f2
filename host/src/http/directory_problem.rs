//! What a change of an entry that was refused or failed looks like from outside. What failed is logged here, once.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{
    problem::{Cause, Problem},
    request::{FaultKind, FieldFault, Place},
};
use crate::{
    directory::{DirectoryError, EntryFault, Refusal},
    ports::store::StoreError,
};

/// Stable code and HTTP status.
pub(super) fn code_and_status(refusal: &Refusal) -> (&'static str, StatusCode) {
    match refusal {
        Refusal::Missing => ("not-found", StatusCode::NOT_FOUND),
        Refusal::Invalid(_) | Refusal::Dangling { .. } => ("invalid-field", StatusCode::UNPROCESSABLE_ENTITY),
        Refusal::Precondition => ("precondition-failed", StatusCode::PRECONDITION_FAILED),
        Refusal::Taken { .. } => ("value-taken", StatusCode::CONFLICT),
        Refusal::Fixed { .. } => ("field-fixed", StatusCode::CONFLICT),
        Refusal::Closing => ("mandate-closing", StatusCode::CONFLICT),
        Refusal::NotMember => ("not-a-member", StatusCode::CONFLICT),
        Refusal::BillingOpen { .. } => ("billing-open", StatusCode::CONFLICT),
        Refusal::StillBilled { .. } => ("still-billed", StatusCode::CONFLICT),
        Refusal::FollowsBilling { .. } => ("follows-billing", StatusCode::CONFLICT),
        Refusal::PlanBilled { .. } => ("plan-billed", StatusCode::CONFLICT),
        Refusal::InUse { .. } => ("entry-in-use", StatusCode::CONFLICT),
    }
}

/// What the code leaves open.
pub(super) fn params(refusal: &Refusal) -> Value {
    match refusal {
        Refusal::Taken { value, .. } => json!({ "pointer": pointer(refusal), "value": value }),
        Refusal::Fixed { .. } | Refusal::FollowsBilling { .. } => json!({ "pointer": pointer(refusal) }),
        Refusal::BillingOpen { open } => json!({ "open": open }),
        Refusal::StillBilled { quantity } => json!({ "quantity": quantity }),
        Refusal::PlanBilled { subscriptions } => json!({ "subscriptions": subscriptions }),
        Refusal::InUse { by, count } => json!({ "by": by, "count": count }),
        Refusal::Missing
        | Refusal::Invalid(_)
        | Refusal::Dangling { .. }
        | Refusal::Precondition
        | Refusal::Closing
        | Refusal::NotMember => json!({}),
    }
}

/// JSON pointer to the field that it is about.
pub(super) fn pointer(refusal: &Refusal) -> Option<String> {
    match refusal {
        // Two fields are told together: the first of them is pointed at.
        Refusal::Taken { field, .. } => Some(format!("/{}", field.split(' ').next().unwrap_or(field))),
        Refusal::Fixed { pointer } | Refusal::FollowsBilling { pointer } => Some((*pointer).to_owned()),
        _ => None,
    }
}

impl From<DirectoryError> for Problem {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Refused(Refusal::Missing) => Self::of(Cause::NotFound),
            DirectoryError::Refused(Refusal::Invalid(fault)) => invalid(fault),
            DirectoryError::Refused(Refusal::Dangling { field, value }) => invalid(EntryFault {
                pointer: format!("/{field}"),
                message: format!("`{}` does not exist", value.escape_debug()),
            }),
            DirectoryError::Refused(refusal) => Self::of(Cause::Entry(refusal)),
            DirectoryError::Overtaken => Self::of(Cause::ChangePending),
            // Unlike 503 this does not say that nothing happens.
            DirectoryError::Uncertain => {
                tracing::warn!("a commit was not answered");
                Self::of(Cause::Timeout)
            }
            DirectoryError::Store(error @ StoreError::Unavailable { .. }) => {
                tracing::warn!(%error, "the store does not answer");
                Self::of(Cause::ServiceUnavailable)
            }
            DirectoryError::Policy(error) => {
                tracing::error!(%error, "the policy gave no decision");
                Self::of(Cause::PolicyUnavailable)
            }
            error @ (DirectoryError::Store(_) | DirectoryError::Unwritable(_)) => {
                tracing::error!(%error, "an entry could not be read or changed");
                Self::of(Cause::Internal)
            }
        }
    }
}

fn invalid(fault: EntryFault) -> Problem {
    let EntryFault { pointer, message } = fault;
    FieldFault { place: Place::Body, pointer, kind: FaultKind::Unfit { message } }.into()
}
