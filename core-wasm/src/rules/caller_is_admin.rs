//! Rule: the caller is an admin of the mandate.

use crate::{reason::Reason, situation::Activation, terms::admin_role::is_admin};

/// Speaks against a member who is no admin; such a member is told nothing more.
#[must_use]
pub fn caller_is_admin(activation: &Activation<'_>) -> Option<Reason> {
    (!is_admin(activation.mandate?, activation.settings))
        .then(|| Reason::NotAdmin { admin_labels: activation.settings.admin_labels.clone() })
}
