//! Rule: the plan's limit leaves room for what is added.

use crate::{reason::Reason, situation::Activation};

/// Speaks against passing the limit of the plan in force.
#[must_use]
pub fn capacity_left(activation: &Activation<'_>) -> Option<Reason> {
    let (used, adding) = (activation.mandate?.counted, activation.adding);
    let limit = activation.plan()?.max_instances?;
    (used.saturating_add(adding) > limit).then_some(Reason::CapacityReached { limit, used, adding })
}
