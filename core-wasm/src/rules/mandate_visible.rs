//! Rule: the mandate exists and the caller is a member of it.

use crate::{reason::Reason, situation::Activation, terms::membership::is_member};

/// Speaks against a mandate that does not exist or in which the caller is a stranger. Both are answered alike.
#[must_use]
pub fn mandate_visible(activation: &Activation<'_>) -> Option<Reason> {
    (!activation.mandate.is_some_and(is_member)).then_some(Reason::MandateNotFound {})
}
