//! Rule: the role is one of the instance's.

use crate::{reason::Reason, situation::Sharing};

/// Speaks against a role that the instance does not have.
#[must_use]
pub fn role_offered(sharing: &Sharing<'_>) -> Option<Reason> {
    (!sharing.facts.has_role).then_some(Reason::RoleNotFound {})
}
