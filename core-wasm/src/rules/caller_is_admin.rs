//! Rule: the caller is an admin of the mandate.

use crate::{activation::Activation, facts::MandateFacts, reason::Reason, rules::admin_role, settings::Settings};

/// Speaks against a member who is no admin; such a member is told nothing more.
#[must_use]
pub fn caller_is_admin(activation: &Activation<'_>) -> Option<Reason> {
    (!is_admin(activation.mandate?, activation.settings))
        .then(|| Reason::NotAdmin { admin_labels: activation.settings.admin_labels.clone() })
}

/// Whether the caller holds an admin role of the mandate.
#[must_use]
pub fn is_admin(mandate: &MandateFacts, settings: &Settings) -> bool {
    mandate
        .membership
        .as_ref()
        .is_some_and(|membership| membership.roles.iter().any(|role| admin_role::of_mandate(role, settings)))
}
