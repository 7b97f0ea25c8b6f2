//! Rule: the number of instances that the mandate's admins allow at most leaves room for what is added.

use crate::{reason::Reason, situation::Activation};

/// Speaks against passing the admins' own limit, whatever plan is in force, if any is.
#[must_use]
pub fn instance_cap_left(activation: &Activation<'_>) -> Option<Reason> {
    let mandate = activation.mandate?;
    let (used, adding) = (mandate.counted, activation.adding);
    let limit = mandate.caps.as_ref()?.instances?;
    (used.saturating_add(adding) > limit).then_some(Reason::InstanceCapReached { limit, used, adding })
}
