//! Rule: the mandate is open for activation.

use crate::{activation::Activation, facts::MandateFacts, reason::Reason};

/// Speaks against activations in system mandates and disabled ones.
#[must_use]
pub fn mandate_open(activation: &Activation<'_>) -> Option<Reason> {
    closed(activation.mandate?)
}

/// Why nothing can be activated in the mandate, if so.
#[must_use]
pub fn closed(mandate: &MandateFacts) -> Option<Reason> {
    (mandate.is_system || !mandate.enabled)
        .then_some(Reason::MandateClosed { system: mandate.is_system, disabled: !mandate.enabled })
}
