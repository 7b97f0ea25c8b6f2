//! Rule: there is an access to give up.

use crate::{facts::Scope, reason::Reason, situation::Deactivation};

/// Speaks against giving up an access that nobody holds. A colleague's is looked at for admins only.
#[must_use]
pub fn access_held(deactivation: &Deactivation<'_>) -> Option<Reason> {
    let asked = match deactivation.facts.scope {
        Scope::Mine => true,
        Scope::User => deactivation.caller_is_admin(),
        Scope::Mandate => false,
    };
    (asked && !deactivation.facts.has_access).then_some(Reason::NoAccess {})
}
