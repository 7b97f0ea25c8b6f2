//! What became of a request that was made before: told to whoever could still make it, and to nobody else.

use super::{Desk, DeskError};
use crate::ports::store::{
    change::{ChangeKind, ChangeRecord},
    snapshot::{Ask, Snapshot},
};

impl Desk {
    /// The change that a request with this key, or one like it without a key, made before. Whoever left meanwhile, or is no
    /// admin any more where it takes one, is answered by the rules, as on every other request: there is none for them.
    pub(super) fn earlier(&self, snapshot: &Snapshot, ask: &Ask) -> Result<Option<ChangeRecord>, DeskError> {
        let found = match (&snapshot.replay, &ask.key) {
            (Some(kept), Some(key)) if kept.key.as_ref().is_some_and(|used| used.fingerprint == key.fingerprint) => {
                kept
            }
            (Some(_), Some(_)) => return Err(DeskError::KeyReused),
            _ => match &snapshot.pending {
                Some(pending) => pending,
                None => return Ok(None),
            },
        };
        // The same request is about the same mandate.
        let standing = self.standing_in(snapshot.mandate.as_ref())?;
        let may_hear = standing.is_some_and(|standing| match found.kind {
            ChangeKind::Activate | ChangeKind::Restore | ChangeKind::Share => standing.admin,
            ChangeKind::End | ChangeKind::Leave | ChangeKind::Withdraw => standing.member,
        });
        Ok(may_hear.then(|| found.clone()))
    }
}
