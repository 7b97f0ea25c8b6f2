//! Looking up a change: for who asked for it, as long as they are a member, and for the present admins of its mandate.

use core_wasm::{decision::Standing, reason::Reason};

use super::{Answered, Caller, Desk, DeskError};
use crate::{
    facts,
    ports::store::{
        change::{ChangeRecord, ListedChange, Listing},
        decision::PseudonymKey,
        page,
        snapshot::{Ask, MandateRecord},
    },
};

/// For how long changes can be looked up after they are settled: 30 days in milliseconds.
const SHOWN_FOR: i64 = 30 * 24 * 60 * 60 * 1000;

/// Changes on one page of a list.
const PAGE: i64 = 50;

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
        // Whoever left is a stranger, also to their own: how far it is, and why it failed, is the mandate's by then.
        let standing = self.standing(caller, &change.mandate_id).await?;
        let may_know = standing
            .is_some_and(|(standing, _)| standing.admin || (standing.member && change.user_id == caller.user_id));
        Ok(if may_know { Answered::Granted(change) } else { Answered::Refused(Vec::new()) })
    }

    /// The changes of a mandate, newest first, with the cursor of the next page: all for its admins, their own for other
    /// members.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn changes(
        &self,
        caller: &Caller,
        mandate_id: &str,
        before: Option<String>,
    ) -> Result<Answered<(Vec<ListedChange>, Option<String>)>, DeskError> {
        let standing = self.standing(caller, mandate_id).await?;
        let Some((standing, _)) = standing.filter(|(standing, _)| standing.member) else {
            return Ok(Answered::Refused(vec![Reason::MandateNotFound {}]));
        };
        let listing = Listing {
            mandate_id: mandate_id.to_owned(),
            user_id: (!standing.admin).then(|| caller.user_id.clone()),
            settled_after: self.inner.clock.now() - SHOWN_FOR,
            before,
            limit: PAGE + 1,
        };
        let mut changes = self.inner.store.changes(&listing).await?;
        let next = page::cut(&mut changes, PAGE, |listed| listed.change.id.clone());
        Ok(Answered::Granted((changes, next)))
    }

    /// How the caller stands in the mandate, and what the caller's pseudonyms are made with; `None` when there is no such
    /// mandate.
    pub(super) async fn standing(
        &self,
        caller: &Caller,
        mandate_id: &str,
    ) -> Result<Option<(Standing, Option<PseudonymKey>)>, DeskError> {
        let ask = Ask { user_id: caller.user_id.clone(), mandate_id: mandate_id.to_owned(), ..Ask::default() };
        let snapshot = self.inner.store.snapshot(&ask).await?;
        let standing = self.standing_in(snapshot.mandate.as_ref())?;
        Ok(standing.map(|standing| (standing, snapshot.pseudonym_key)))
    }

    /// How the caller stands in the mandate that was read; `None` when there is no such mandate.
    pub(super) fn standing_in(&self, mandate: Option<&MandateRecord>) -> Result<Option<Standing>, DeskError> {
        let mandates = core_wasm::facts::MandatesFacts {
            now: self.inner.clock.now(),
            home_granted: true,
            mandates: mandate.map(facts::of_mandate).into_iter().collect(),
        };
        Ok(self.decider.mandates(&mandates)?.decision.mandates.into_iter().next())
    }

    /// Why a member who is no admin is refused what is for admins.
    pub(super) fn not_admin(&self) -> Reason {
        Reason::NotAdmin { admin_labels: self.decider.settings().admin_labels.clone() }
    }
}
