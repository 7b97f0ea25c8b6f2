//! Rule: whoever is to have access is a colleague: a member of the same mandate.

use crate::{reason::Reason, situation::Sharing};

/// Speaks against giving access to strangers. Those who left and those who never were are answered alike.
#[must_use]
pub fn colleague_known(sharing: &Sharing<'_>) -> Option<Reason> {
    (!sharing.facts.colleague_is_member).then_some(Reason::ColleagueNotFound {})
}
