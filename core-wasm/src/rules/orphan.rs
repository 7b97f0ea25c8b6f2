//! What an orphan is: an instance whose last access goes. It ends, so that nobody pays for what nobody can use.

use crate::deactivation::Deactivation;

/// Whether giving up the access leaves the instance without any. A disabled access still keeps it.
#[must_use]
pub fn leaves_orphan(deactivation: &Deactivation<'_>) -> bool {
    deactivation.facts.has_access && deactivation.instance().is_some_and(|instance| instance.accesses <= 1)
}
