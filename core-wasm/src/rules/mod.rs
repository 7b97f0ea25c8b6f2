//! One rule, one file, one function. A rule looks at the facts and returns the reason that speaks against, if any.
//!
//! What the words mean is in [`crate::terms`], the order of the rules in [`crate::activation`],
//! [`crate::deactivation`] and [`crate::sharing`].

pub mod access_differs;
pub mod access_held;
pub mod billing_answers;
pub mod billing_complete;
pub mod billing_in_sync;
pub mod billing_not_paused;
pub mod caller_is_admin;
pub mod capacity_left;
pub mod colleague_known;
pub mod end_permitted;
pub mod ended_instance_known;
pub mod feature_has_admin_role;
pub mod feature_in_store;
pub mod home_due;
pub mod instance_cap_left;
pub mod instance_known;
pub mod invoice_budget_left;
pub mod mandate_open;
pub mod mandate_visible;
pub mod not_past_due;
pub mod plan_known;
pub mod queue_has_room;
pub mod restore_in_time;
pub mod role_offered;
pub mod shared_instance_known;
pub mod sharing_open;
pub mod sharing_permitted;
pub mod spending_cap_left;
pub mod subscription_operative;

/// All reasons against a situation, in the order of the rules, then of the operator's own. After the reason of a rule that is
/// the `last` nothing more is looked at or told: the caller may not know the rest.
///
/// The rules are called by their names and not through a list of functions: a fresh instance has to set up every entry of such
/// a list that it calls, which takes longer than most rules do.
macro_rules! reasons {
    ($situation:expr, $own:expr; $($place:ident $rule:ident),* $(,)?) => {{
        let mut reasons = Vec::new();
        'told: {
            $(if let Some(reason) = $crate::rules::$rule::$rule($situation) {
                reasons.push(reason);
                if $crate::rules::is_last!($place) {
                    break 'told;
                }
            })*
            reasons.extend($own.iter().filter_map(|check| check($situation)));
        }
        reasons
    }};
}

macro_rules! is_last {
    (and) => {
        false
    };
    (last) => {
        true
    };
}

pub(crate) use {is_last, reasons};
