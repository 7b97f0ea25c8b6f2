//! The mandates a caller administers; the first visit of somebody without any makes a home mandate.

use super::{Caller, Desk, DeskError};
use crate::{
    facts,
    ports::store::{portfolio::Portfolio, provision::HomeMandate, snapshot::MandateRecord},
};

impl Desk {
    /// The mandates the caller administers, in order.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn mandates(&self, caller: &Caller) -> Result<Vec<MandateRecord>, DeskError> {
        let portfolio = self.inner.store.portfolio(&caller.user_id, false).await?;
        let (listed, home_due) = self.listed(portfolio)?;
        if !home_due {
            return Ok(listed);
        }
        // Of several first visits at once one writes it; all of them see it.
        self.inner.store.grant_home(&self.home_of(caller)).await?;
        let portfolio = self.inner.store.portfolio(&caller.user_id, false).await?;
        Ok(self.listed(portfolio)?.0)
    }

    fn listed(&self, portfolio: Portfolio) -> Result<(Vec<MandateRecord>, bool), DeskError> {
        let decided = self.decider.mandates(&facts::of_mandates(&portfolio, self.inner.clock.now()))?.decision;
        let listed = portfolio
            .mandates
            .into_iter()
            .zip(&decided.mandates)
            .filter_map(|(mandate, standing)| standing.listed.then_some(mandate))
            .collect();
        Ok((listed, decided.home_mandate_due))
    }

    fn home_of(&self, caller: &Caller) -> HomeMandate {
        let now = self.inner.clock.now();
        let admin_label = self.decider.settings().admin_labels.first().cloned().unwrap_or_default();
        HomeMandate {
            user_id: caller.user_id.clone(),
            username: caller.username.clone(),
            mandate_id: self.inner.ids.next(),
            name: format!("Home {}", caller.username),
            admin_role: (self.inner.ids.next(), admin_label),
            membership_id: self.inner.ids.next(),
            subscription_id: self.inner.ids.next(),
            plan_key: self.inner.settings.home_plan.clone(),
            trial_ends_at: now + self.inner.settings.home_trial,
            created_at: now,
        }
    }
}
