//! Rule: what is to be restored is an ended instance of the mandate, and the caller is no stranger there.

use crate::{reason::Reason, situation::Activation, terms::membership::is_member};

/// Speaks against a restore of an instance that the caller cannot know. Strangers and unknown ids are answered alike.
#[must_use]
pub fn ended_instance_known(activation: &Activation<'_>) -> Option<Reason> {
    let restoring = activation.restoring?;
    let known = restoring.ended_at.is_some() && activation.mandate.is_some_and(is_member);
    (!known).then_some(Reason::InstanceNotFound {})
}
