//! Tells which instances are suspended and which can be used again: that comes about by time and subscriptions, without
//! anybody doing anything to an instance.
//!
//! The rules say how instances stand; it is compared with what was told last. All mandates are looked at in pieces, by one
//! host at a time; what seems due is decided once more under the mandate's lock, so that nothing is told twice.

use core_wasm::decision::ShownState;

use super::announcer::{AnnounceError, Announcer, Inner};
use crate::{
    facts,
    ports::store::standing::{MandateStanding, ToldState},
};

/// How many mandates are asked about in one call of the rules.
const PIECE: i64 = 200;

/// What is to be told: whether of the instances that are switched on, and how they stand.
type Due = (bool, ToldState);

impl Announcer {
    /// Looks at all mandates, unless another look began within the time set, on whichever host.
    ///
    /// # Errors
    /// [`AnnounceError`]; what was told until then stays told.
    pub async fn look_how_instances_stand(&self) -> Result<(), AnnounceError> {
        let Inner { store, settings, .. } = &*self.inner;
        if !store.lease_standing(settings.standing_every).await? {
            return Ok(());
        }
        self.tell_how_instances_stand().await.map(|_| ())
    }

    /// Looks at all mandates now. Returns of how many instances something was told.
    ///
    /// # Errors
    /// [`AnnounceError`].
    pub async fn tell_how_instances_stand(&self) -> Result<u64, AnnounceError> {
        let (mut after, mut told) = (0, 0);
        loop {
            let piece = self.inner.store.standings(after, PIECE).await?;
            let Some(last) = piece.last else { return Ok(told) };
            for (standing, due) in piece.mandates.iter().zip(self.due(&piece.mandates)?) {
                if !due.is_empty() {
                    told += self.tell(&standing.mandate.id).await?;
                }
            }
            after = last;
        }
    }

    /// Decides once more and tells.
    async fn tell(&self, mandate_id: &str) -> Result<u64, AnnounceError> {
        let mut transaction = self.inner.store.begin(mandate_id).await?;
        let Some(standing) = transaction.standing(mandate_id).await? else { return Ok(0) };
        let mut told = 0;
        for (enabled, state) in self.due(std::slice::from_ref(&standing))?.into_iter().flatten() {
            told += transaction.tell_standing(mandate_id, enabled, state, self.inner.clock.now()).await?;
        }
        transaction.commit().await?;
        Ok(told)
    }

    /// What is to be told of each mandate.
    fn due(&self, standings: &[MandateStanding]) -> Result<Vec<Vec<Due>>, AnnounceError> {
        let asked: Vec<(usize, bool)> = standings
            .iter()
            .enumerate()
            .flat_map(|(place, standing)| {
                [true, false]
                    .into_iter()
                    .filter(|enabled| standing.sorts.iter().any(|sort| sort.enabled == *enabled))
                    .map(move |enabled| (place, enabled))
            })
            .collect();
        let facts = facts::of_standing(standings, &asked, self.inner.clock.now());
        let decided = self.inner.policy.decider().overview(&facts)?;
        let mut due = vec![Vec::new(); standings.len()];
        for ((place, enabled), answer) in asked.into_iter().zip(&decided.decision.instances) {
            let state = match answer.state {
                ShownState::Active => ToldState::Active,
                ShownState::Disabled => ToldState::Disabled,
                ShownState::Suspended => ToldState::Suspended,
                // None of which an active instance can be.
                ShownState::Reserved | ShownState::Leaving | ShownState::Ended => continue,
            };
            let differs = standings.get(place).is_some_and(|standing| {
                standing.sorts.iter().any(|sort| sort.enabled == enabled && sort.told != state)
            });
            if let (true, Some(of_mandate)) = (differs, due.get_mut(place)) {
                of_mandate.push((enabled, state));
            }
        }
        Ok(due)
    }
}
