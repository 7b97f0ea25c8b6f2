//! The mandates a caller administers; the first visit of somebody without any makes a home mandate.

use core_wasm::question::{Single, SingleAnswer};

use serde_json::json;

use super::{Caller, Desk, DeskError};
use crate::{
    decisions::record::Judged,
    facts,
    ports::store::{
        Conflict, StoreError,
        audit::{AuditEntry, Who},
        decision::PseudonymKey,
        portfolio::Portfolio,
        provision::HomeMandate,
        snapshot::MandateRecord,
    },
};

/// How often a home mandate is tried when something else of the same user is written at the same moment.
const MOST_TRIES: usize = 3;

impl Desk {
    /// The mandates the caller administers, in order.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn mandates(&self, caller: &Caller) -> Result<Vec<MandateRecord>, DeskError> {
        for _ in 0..MOST_TRIES {
            let portfolio = self.inner.store.portfolio(&caller.user_id, false).await?;
            let key = portfolio.pseudonym_key.clone();
            let (listed, due) = self.listed(portfolio)?;
            let Some(judged) = due else { return Ok(listed) };
            // Of several first visits at once one writes it; all of them see it.
            match self.inner.store.grant_home(&self.home_of(caller, &judged, key.as_ref())?).await {
                Ok(_) => break,
                Err(StoreError::Conflict { what: Conflict::Other }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let portfolio = self.inner.store.portfolio(&caller.user_id, false).await?;
        Ok(self.listed(portfolio)?.0)
    }

    /// What the caller administers, and the decision that a home mandate is due, if it is.
    fn listed(&self, portfolio: Portfolio) -> Result<(Vec<MandateRecord>, Option<Judged>), DeskError> {
        let facts = facts::of_mandates(&portfolio, self.inner.clock.now());
        let decided = self.decider.mandates(&facts)?;
        let listed = portfolio
            .mandates
            .into_iter()
            .zip(&decided.decision.mandates)
            .filter_map(|(mandate, standing)| standing.listed.then_some(mandate))
            .collect();
        let judged = Judged::alone(decided, Single::Mandates(facts), SingleAnswer::Mandates);
        Ok((listed, judged.is_allowed().then_some(judged)))
    }

    fn home_of(&self, caller: &Caller, judged: &Judged, key: Option<&PseudonymKey>) -> Result<HomeMandate, DeskError> {
        let now = self.inner.clock.now();
        let admin_label = self.decider.settings().admin_labels.first().cloned().unwrap_or_default();
        let mandate_id = self.inner.ids.next();
        let name = format!("Home {}", caller.username);
        let (plan_key, trial_ends_at) = (&self.inner.settings.home_plan, now + self.inner.settings.home_trial);
        let after =
            json!({ "name": name, "homeOf": caller.user_id, "planKey": plan_key, "trialEndsAt": trial_ends_at });
        let who = Who::User(caller.user_id.clone());
        let note = AuditEntry {
            origin: caller.origin(),
            mandate_id: Some(mandate_id.clone()),
            after: Some(after),
            ..AuditEntry::new(now, who, "home mandate", &mandate_id)
        };
        Ok(HomeMandate {
            note,
            decision: self.home_on_record(judged, &mandate_id, now, caller, key)?,
            user_id: caller.user_id.clone(),
            username: caller.username.clone(),
            mandate_id,
            name,
            admin_role: (self.inner.ids.next(), admin_label),
            membership_id: self.inner.ids.next(),
            subscription_id: self.inner.ids.next(),
            plan_key: self.inner.settings.home_plan.clone(),
            trial_ends_at,
            created_at: now,
        })
    }
}
