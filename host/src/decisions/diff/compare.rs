//! Two answers to one question: what the second one changes. Pure.

use core_wasm::{question::SingleAnswer, reason::Reason};

use super::report::Effect;
use crate::policy::{PolicyError, reasons};

/// What is different, and for which reason; `None` where nothing is. `is_yes` is what about an answer makes it a yes.
///
/// Who gains is told what stood against it, who loses what stands against it now.
pub(super) fn compare(
    before: &SingleAnswer,
    after: &Result<SingleAnswer, PolicyError>,
    is_yes: fn(&SingleAnswer) -> bool,
) -> Option<(Effect, String)> {
    let after = match after {
        Ok(after) => after,
        Err(error) => return Some((Effect::NoAnswer, error.code().to_owned())),
    };
    match (is_yes(before), is_yes(after)) {
        (false, true) => Some((Effect::Gains, reason(before))),
        (true, false) => Some((Effect::Loses, reason(after))),
        _ if before == after => None,
        _ if reasons(before) == reasons(after) => Some((Effect::Otherwise, "consequences".to_owned())),
        _ => Some((Effect::Otherwise, reason(after))),
    }
}

/// Whether an answer about one mandate says that the caller is its admin.
pub(super) fn is_admin(answer: &SingleAnswer) -> bool {
    match answer {
        SingleAnswer::Mandates(decision) => decision.mandates.iter().any(|standing| standing.admin),
        SingleAnswer::Activation(_) | SingleAnswer::Deactivation(_) | SingleAnswer::Sharing(_) => false,
    }
}

/// The code of the first reason, of a rule of the operator's own with its name; of a standing, which has none, that it is
/// about the role.
fn reason(answer: &SingleAnswer) -> String {
    match reasons(answer).first() {
        None => "role".to_owned(),
        Some(Reason::Custom { rule, .. }) => format!("custom: {rule}"),
        Some(reason) => reason.profile().code.to_owned(),
    }
}
