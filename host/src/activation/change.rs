//! Looking up a change: for who asked for it, and for the present admins of its mandate.

use super::{Answered, Caller, Desk, DeskError};
use crate::{
    facts,
    ports::store::{change::ChangeRecord, snapshot::Ask},
};

/// For how long changes can be looked up after they are settled: 30 days in milliseconds.
const SHOWN_FOR: i64 = 30 * 24 * 60 * 60 * 1000;

impl Desk {
    /// A change by its id; refused without reasons when the caller may not know it.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn change(&self, caller: &Caller, id: &str) -> Result<Answered<ChangeRecord>, DeskError> {
        let now = self.inner.clock.now();
        let found = self.inner.store.change(id).await?;
        let Some(change) = found.filter(|change| change.settled_at.is_none_or(|at| now - at < SHOWN_FOR)) else {
            return Ok(Answered::Refused(Vec::new()));
        };
        if change.user_id == caller.user_id || self.administers(caller, &change.mandate_id).await? {
            Ok(Answered::Granted(change))
        } else {
            Ok(Answered::Refused(Vec::new()))
        }
    }

    async fn administers(&self, caller: &Caller, mandate_id: &str) -> Result<bool, DeskError> {
        let ask = Ask { user_id: caller.user_id.clone(), mandate_id: mandate_id.to_owned(), ..Ask::default() };
        let snapshot = self.inner.store.snapshot(&ask).await?;
        let mandates = core_wasm::facts::MandatesFacts {
            now: self.inner.clock.now(),
            home_granted: true,
            mandates: snapshot.mandate.iter().map(facts::of_mandate).collect(),
        };
        let decided = self.inner.decider.mandates(&mandates)?.decision;
        Ok(decided.mandates.first().is_some_and(|standing| standing.admin))
    }
}
