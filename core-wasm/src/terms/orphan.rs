//! What an orphan is: an instance whose last access goes. It ends, so that nobody pays for what nobody can use.

use crate::facts::InstanceFacts;

/// Whether giving up an access, if there is one, leaves the instance without any. A disabled access still keeps it.
#[must_use]
pub fn leaves_orphan(instance: &InstanceFacts, has_access: bool) -> bool {
    has_access && instance.accesses <= 1
}
