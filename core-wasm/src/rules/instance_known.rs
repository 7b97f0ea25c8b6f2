//! Rule: the instance is in that mandate, of that feature, and the caller is no stranger there.

use crate::{reason::Reason, situation::Deactivation};

/// Speaks against an instance that the caller cannot know. Strangers and unknown ids are answered alike.
#[must_use]
pub fn instance_known(deactivation: &Deactivation<'_>) -> Option<Reason> {
    let known = deactivation.mandate().is_some() && deactivation.instance().is_some();
    (!known).then_some(Reason::InstanceNotFound {})
}
