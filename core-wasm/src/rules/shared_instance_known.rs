//! Rule: the instance is in that mandate, and the caller is no stranger there.

use crate::{reason::Reason, situation::Sharing};

/// Speaks against an instance that the caller cannot know. Strangers and unknown ids are answered alike.
#[must_use]
pub fn shared_instance_known(sharing: &Sharing<'_>) -> Option<Reason> {
    let known = sharing.mandate().is_some() && sharing.facts.has_instance;
    (!known).then_some(Reason::InstanceNotFound {})
}
