//! Rule: the caller may give colleagues access.

use crate::{reason::Reason, situation::Sharing, terms::admin_role::is_admin};

/// Speaks against a member who is no admin; such a member is told nothing more.
#[must_use]
pub fn sharing_permitted(sharing: &Sharing<'_>) -> Option<Reason> {
    (!is_admin(sharing.mandate()?, sharing.settings))
        .then(|| Reason::NotAdmin { admin_labels: sharing.settings.admin_labels.clone() })
}
