//! One rule, one file, one function. A rule looks at the facts and returns the reason that speaks against, if any.
//!
//! What the words mean is in [`crate::terms`], the order of the rules in [`crate::activation`] and
//! [`crate::deactivation`].

pub mod access_held;
pub mod billing_answers;
pub mod billing_complete;
pub mod billing_in_sync;
pub mod billing_not_paused;
pub mod caller_is_admin;
pub mod capacity_left;
pub mod end_permitted;
pub mod ended_instance_known;
pub mod feature_has_admin_role;
pub mod feature_in_store;
pub mod home_due;
pub mod instance_known;
pub mod invoice_budget_left;
pub mod mandate_open;
pub mod mandate_visible;
pub mod not_past_due;
pub mod plan_known;
pub mod queue_has_room;
pub mod restore_in_time;
pub mod subscription_operative;

use crate::reason::Reason;

/// A rule in a list of rules; `F` is a function from the situation to the reason against.
pub struct Rule<F> {
    check: F,
    last: bool,
}

impl<F: Copy> Rule<F> {
    /// A rule after whose reason the following rules are still looked at.
    pub const fn and(check: F) -> Self {
        Self { check, last: false }
    }

    /// A rule after whose reason nothing more is looked at or told: the caller may not know the rest.
    pub const fn last(check: F) -> Self {
        Self { check, last: true }
    }
}

/// All reasons against, in the order of the rules, then of the operator's `own`. `apply` hands the situation to a rule.
pub fn reasons<F: Copy>(rules: &[Rule<F>], own: &[F], apply: impl Fn(F) -> Option<Reason>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for rule in rules {
        if let Some(reason) = apply(rule.check) {
            reasons.push(reason);
            if rule.last {
                return reasons;
            }
        }
    }
    reasons.extend(own.iter().filter_map(|check| apply(*check)));
    reasons
}
