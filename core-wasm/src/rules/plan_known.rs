//! Rule: the plan of the subscription in force is on file.

use crate::{reason::Reason, situation::Activation};

/// Speaks against a plan that nobody knows: unknown is neither free nor unlimited.
#[must_use]
pub fn plan_known(activation: &Activation<'_>) -> Option<Reason> {
    let (_, subscription) = activation.subscription()?;
    subscription.plan.is_none().then_some(Reason::PlanUnknown {})
}
