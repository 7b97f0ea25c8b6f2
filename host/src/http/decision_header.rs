//! `Turnpike-Decision`: under which id the decision that let a change through is on record.

use axum::http::{HeaderName, HeaderValue};

use crate::ports::store::change::ChangeRecord;

/// The header field.
pub(super) const DECISION: HeaderName = HeaderName::from_static("turnpike-decision");

/// The field for a change, whose id the decision has; none for an id that no header field can carry, which we do not make.
pub(super) fn of(change: &ChangeRecord) -> Option<(HeaderName, HeaderValue)> {
    HeaderValue::from_str(&change.id).ok().map(|id| (DECISION, id))
}
