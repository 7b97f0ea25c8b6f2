//! All instances of a mandate, for its admins.

use core_wasm::{
    decision::ShownState,
    facts::{HeldInstanceFacts, OverviewFacts, Target},
    reason::Reason,
};

use super::{Answered, Caller, Desk, DeskError};
use crate::{
    facts,
    ports::{clock::Millis, store::portfolio::Inventory},
};

/// An instance as its mandate's admins see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryView {
    /// Its id.
    pub instance_id: String,
    /// Its feature.
    pub feature_code: String,
    /// Its label.
    pub label: Option<String>,
    /// Its state.
    pub state: ShownState,
    /// Since when; `None` for imported ones.
    pub since: Option<Millis>,
    /// When it ended.
    pub ended_at: Option<Millis>,
    /// Until when it can be restored.
    pub restorable_until: Option<Millis>,
    /// Name of who activated it, or of who ended it.
    pub by: Option<String>,
    /// How many users have access.
    pub users: i64,
    /// Price per instance and period in minor units with its currency, by the plan in force.
    pub price: Option<(i64, String)>,
}

impl Desk {
    /// Every instance of the mandate, living and ended ones that can still be restored.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn instances(
        &self,
        caller: &Caller,
        mandate_id: &str,
    ) -> Result<Answered<Vec<InventoryView>>, DeskError> {
        let not_found = || Answered::Refused(vec![Reason::MandateNotFound {}]);
        let Some(inventory) = self.inner.store.inventory(&caller.user_id, mandate_id).await? else {
            return Ok(not_found());
        };
        match self.standing_in(Some(&inventory.mandate))? {
            Some(standing) if standing.admin => {
                let price = standing
                    .subscription
                    .filter(|shown| shown.operative)
                    .and_then(|shown| inventory.mandate.price_by(shown.index));
                Ok(Answered::Granted(self.views(&inventory, price.as_ref())?))
            }
            Some(standing) if standing.member => Ok(Answered::Refused(vec![self.not_admin()])),
            _ => Ok(not_found()),
        }
    }

    fn views(&self, inventory: &Inventory, price: Option<&(i64, String)>) -> Result<Vec<InventoryView>, DeskError> {
        let living = OverviewFacts {
            now: self.inner.clock.now(),
            billing_connected: self.inner.ledger.is_connected(),
            mandates: vec![facts::of_mandate(&inventory.mandate)],
            // Only told of what is to be activated: nothing is.
            billing_paused: false,
            features: Vec::new(),
            instances: inventory
                .living
                .iter()
                .map(|entry| HeldInstanceFacts {
                    mandate: 0,
                    state: entry.instance.state,
                    enabled: entry.instance.enabled,
                    access_enabled: true,
                })
                .collect(),
            target: Target::Any,
        };
        let standings = self.decider.overview(&living)?.decision.instances;
        let mut views: Vec<InventoryView> = inventory
            .living
            .iter()
            .zip(standings)
            .map(|(entry, standing)| InventoryView {
                instance_id: entry.instance.id.clone(),
                feature_code: entry.instance.feature_code.clone(),
                label: entry.instance.label.clone(),
                state: standing.state,
                since: entry.instance.activated_at,
                ended_at: None,
                restorable_until: None,
                by: entry.activated_by_name.clone(),
                users: entry.instance.accesses,
                price: price.cloned(),
            })
            .collect();
        let window = self.decider.settings().restore_window;
        views.extend(inventory.ended.iter().map(|entry| InventoryView {
            instance_id: entry.instance.id.clone(),
            feature_code: entry.instance.feature_code.clone(),
            label: entry.instance.label.clone(),
            state: if entry.settled { ShownState::Ended } else { ShownState::Leaving },
            since: entry.activated_at,
            ended_at: Some(entry.instance.ended_at),
            restorable_until: Some(entry.instance.ended_at + window),
            by: entry.ended_by_name.clone(),
            users: 0,
            price: price.cloned(),
        }));
        Ok(views)
    }
}
