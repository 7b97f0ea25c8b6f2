//! Rule: the mandate is open for more.

use crate::{reason::Reason, situation::Sharing, terms::closed::closed};

/// Speaks against giving access to anything in system mandates and disabled ones.
#[must_use]
pub fn sharing_open(sharing: &Sharing<'_>) -> Option<Reason> {
    closed(sharing.mandate()?)
}
