//! Who is a member: the holder of an enabled membership. Everybody else is a stranger.

use crate::facts::MandateFacts;

/// Whether the caller is a member of the mandate.
#[must_use]
pub fn is_member(mandate: &MandateFacts) -> bool {
    mandate.membership.as_ref().is_some_and(|membership| membership.enabled)
}
