//! Rule: the caller may end what goes: one's own access always, all else as an admin.

use crate::{facts::Scope, reason::Reason, settings::OrphanEnd, situation::Deactivation};

/// Speaks against a member who is no admin and would end a colleague's access, the instance for all, or, where the
/// operator keeps that to admins, an instance by leaving as its last user.
#[must_use]
pub fn end_permitted(deactivation: &Deactivation<'_>) -> Option<Reason> {
    let needs_admin = match deactivation.facts.scope {
        Scope::Mandate | Scope::User => true,
        Scope::Mine => deactivation.settings.orphan_end == OrphanEnd::Admin && deactivation.ends_instance(),
    };
    (needs_admin && !deactivation.caller_is_admin())
        .then(|| Reason::NotAdmin { admin_labels: deactivation.settings.admin_labels.clone() })
}
