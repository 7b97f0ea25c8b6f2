//! Rule: an ended instance can be restored only for a while.

use crate::{reason::Reason, situation::Activation};

/// Speaks against a restore after the window.
#[must_use]
pub fn restore_in_time(activation: &Activation<'_>) -> Option<Reason> {
    let ended_at = activation.restoring?.ended_at?;
    let until = ended_at.saturating_add(activation.settings.restore_window);
    (activation.now >= until).then_some(Reason::RestoreExpired { ended_at, until })
}
