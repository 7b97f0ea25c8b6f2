//! What the provider decides about a subscription and ours follows: its status, its trial, its end. Pure.

use core_wasm::facts::SubscriptionStatus;

use crate::ports::{billing::Inspection, store::check::Standing};

/// Ours as the provider has it; `None` when it agrees already, or the provider's word for the status is unknown.
///
/// A cancellation that is only announced changes nothing: it may be taken back, and the provider says when it happens.
/// Where we had set an earlier end ourselves it stays.
#[must_use]
pub fn followed(ours: &Standing, theirs: &Inspection) -> Option<Standing> {
    let status = theirs.status?;
    let trial_ends_at = match status {
        SubscriptionStatus::Trialing => theirs.trial_ends_at,
        _ => ours.trial_ends_at,
    };
    let ends_at = if has_ended(status) {
        match (ours.ends_at, theirs.ended_at) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        }
    } else {
        ours.ends_at
    };
    let followed = Standing { status, trial_ends_at, ends_at };
    let differs = followed.status != ours.status || followed.trial_ends_at != ours.trial_ends_at;
    differs.then_some(followed)
}

/// Whether a subscription of this status bills nothing and never will again.
#[must_use]
pub fn has_ended(status: SubscriptionStatus) -> bool {
    matches!(status, SubscriptionStatus::Canceled | SubscriptionStatus::Expired)
}
