//! Rule: the mandate is open for activation.

use crate::{reason::Reason, situation::Activation, terms::closed::closed};

/// Speaks against activations in system mandates and disabled ones.
#[must_use]
pub fn mandate_open(activation: &Activation<'_>) -> Option<Reason> {
    closed(activation.mandate?)
}
