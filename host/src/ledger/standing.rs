//! What the provider decides about a subscription and ours follows: its status, its trial, its end. Pure.

use core_wasm::facts::SubscriptionStatus;

use crate::ports::{billing::Inspection, store::check::Standing};

/// Ours as the provider has it; `None` when it agrees already, or the provider's word for the status is unknown. A
/// cancellation that is announced is an end in the future. When a trial ended once does not matter after it.
#[must_use]
pub fn followed(ours: &Standing, theirs: &Inspection) -> Option<Standing> {
    let followed = Standing {
        status: theirs.status?,
        trial_ends_at: theirs.trial_ends_at,
        ends_at: theirs.ended_at.or(theirs.cancels_at),
    };
    let in_trial = followed.status == SubscriptionStatus::Trialing;
    let differs = followed.status != ours.status
        || followed.ends_at != ours.ends_at
        || (in_trial && followed.trial_ends_at != ours.trial_ends_at);
    differs.then_some(followed)
}

/// Whether a subscription of this status bills nothing and never will again.
#[must_use]
pub fn has_ended(status: SubscriptionStatus) -> bool {
    matches!(status, SubscriptionStatus::Canceled | SubscriptionStatus::Expired)
}
