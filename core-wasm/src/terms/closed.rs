//! Which mandates are closed: those of the operator's own, and disabled ones.

use crate::{facts::MandateFacts, reason::Reason};

/// Why nothing can be activated in the mandate, if so.
#[must_use]
pub fn closed(mandate: &MandateFacts) -> Option<Reason> {
    (mandate.is_system || !mandate.enabled)
        .then_some(Reason::MandateClosed { system: mandate.is_system, disabled: !mandate.enabled })
}
