//! Rule: there is something to give.

use crate::{facts::HeldAccess, reason::Reason, situation::Sharing};

/// Speaks against giving an access that the colleague has. One in another role is changed.
#[must_use]
pub fn access_differs(sharing: &Sharing<'_>) -> Option<Reason> {
    (sharing.facts.access == HeldAccess::Same).then_some(Reason::AccessHeld {})
}
