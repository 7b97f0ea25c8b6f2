//! Looking up a decision: for present admins of the mandate that it is about.

use super::{Answered, Caller, Desk, DeskError};
use crate::{decisions::pseudonym::pseudonym, ports::store::decision::DecisionRecord};

/// A decision as an admin of its mandate sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionView {
    /// The decision.
    pub record: DecisionRecord,
    /// Whether it was made for the caller, whose own roles are then in its facts.
    pub own: bool,
}

impl Desk {
    /// A decision by its id, or the newest one made under a trace id; refused without reasons when the caller may not know
    /// it.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn decision(&self, caller: &Caller, id: &str) -> Result<Answered<DecisionView>, DeskError> {
        for found in self.inner.store.find_decisions(id, Some(&caller.user_id)).await? {
            let record = found.record;
            let Some((standing, key)) = self.standing(caller, &record.mandate_id).await? else { continue };
            if standing.admin {
                let own = key.is_some_and(|key| record.who == Some(pseudonym(&key, &caller.user_id)));
                return Ok(Answered::Granted(DecisionView { record, own }));
            }
        }
        Ok(Answered::Refused(Vec::new()))
    }
}
