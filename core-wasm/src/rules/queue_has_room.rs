//! Rule: not too many activations of the mandate wait for billing already.

use crate::{reason::Reason, situation::Activation};

/// Speaks against one more that would wait for billing behind as many as may.
#[must_use]
pub fn queue_has_room(activation: &Activation<'_>) -> Option<Reason> {
    let waiting = activation.mandate?.waiting;
    activation.billable()?;
    let limit = activation.settings.most_waiting;
    (waiting >= limit).then_some(Reason::TooManyWaiting { limit })
}
