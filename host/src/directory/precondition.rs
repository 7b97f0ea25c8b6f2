//! What a caller takes for granted about an entry: `If-Match` and `If-None-Match` (RFC 9110, 13.1).

use super::{DirectoryError, Refusal};
use crate::transfer::Entry;

/// What must hold of the entry that is there, looked at under its lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Precondition {
    /// It is one of these, by digest.
    pub one_of: Option<Vec<String>>,
    /// It is there.
    pub there: bool,
    /// It is not there.
    pub absent: bool,
}

impl Precondition {
    /// Holds the entry that is there against it. A change that was made already is not refused because of what was before
    /// it: its repetition gets the same answer.
    pub(super) fn check(&self, before: Option<&Entry>, is_done: bool) -> Result<(), DirectoryError> {
        let holds = match before {
            None => !self.there && self.one_of.is_none(),
            Some(_) if self.absent => false,
            Some(_) if is_done => true,
            Some(entry) => match &self.one_of {
                None => true,
                Some(digests) => digests.contains(&entry.digest()?),
            },
        };
        if holds { Ok(()) } else { Err(Refusal::Precondition.into()) }
    }
}
