//! Rule: the mandate exists and the caller is a member of it.

use crate::{activation::Activation, facts::MandateFacts, reason::Reason};

/// Speaks against a mandate that does not exist or in which the caller is a stranger. Both are answered alike.
#[must_use]
pub fn mandate_visible(activation: &Activation<'_>) -> Option<Reason> {
    (!activation.mandate.is_some_and(is_member)).then_some(Reason::MandateNotFound {})
}

/// Whether the caller has an enabled membership.
#[must_use]
pub fn is_member(mandate: &MandateFacts) -> bool {
    mandate.membership.as_ref().is_some_and(|membership| membership.enabled)
}
