//! All features of the store with the caller's instances and whether the caller can activate them.

use core_wasm::{decision::ShownState, reason::Reason};

use super::{Caller, Desk, DeskError};
use crate::{
    facts,
    ports::store::{portfolio::HeldInstance, snapshot::FeatureRecord, snapshot::MandateRecord},
};

/// A feature as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureView {
    /// The catalogue's entry.
    pub feature: FeatureRecord,
    /// The caller's instances, in mandates that are no system mandates.
    pub instances: Vec<InstanceView>,
    /// Whether the caller can activate it: in the mandate asked about, else in any.
    pub can_activate: bool,
    /// Why not, when one mandate was asked about.
    pub reasons: Option<Vec<Reason>>,
}

/// An instance as one of its users sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceView {
    /// Its id.
    pub instance_id: String,
    /// Its mandate.
    pub mandate_id: String,
    /// Label of the mandate, else its name.
    pub mandate_name: String,
    /// Its label.
    pub label: Option<String>,
    /// Whether the caller can use it now.
    pub is_active: bool,
    /// Its state as shown.
    pub state: ShownState,
}

impl Desk {
    /// All features of the store, each once, in order.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn features(&self, caller: &Caller, mandate_id: Option<&str>) -> Result<Vec<FeatureView>, DeskError> {
        let portfolio = self.inner.store.portfolio(&caller.user_id, true).await?;
        let now = self.inner.clock.now();
        let asked = facts::of_overview(&portfolio, mandate_id, now, self.inner.ledger.is_connected());
        let decided = self.decider.overview(&asked)?.decision;
        let held: Vec<(&str, InstanceView)> = portfolio
            .held
            .iter()
            .zip(&decided.instances)
            .filter_map(|(held, standing)| {
                let mandate = visible_mandate(&portfolio.mandates, held)?;
                let view = InstanceView {
                    instance_id: held.instance.id.clone(),
                    mandate_id: mandate.id.clone(),
                    mandate_name: mandate.label.clone().unwrap_or_else(|| mandate.name.clone()),
                    label: held.instance.label.clone(),
                    is_active: standing.is_active,
                    state: standing.state,
                };
                Some((held.instance.feature_code.as_str(), view))
            })
            .collect();
        Ok(portfolio
            .features
            .iter()
            .zip(decided.features)
            .filter(|(_, standing)| standing.offered)
            .map(|(feature, standing)| FeatureView {
                feature: feature.clone(),
                instances: held
                    .iter()
                    .filter(|(code, _)| *code == feature.code)
                    .map(|(_, view)| view.clone())
                    .collect(),
                can_activate: standing.can_activate,
                reasons: mandate_id.is_some().then_some(standing.reasons),
            })
            .collect())
    }
}

/// The mandate of an instance, where the caller may see it: a member there, and it is no system mandate.
fn visible_mandate<'a>(mandates: &'a [MandateRecord], held: &HeldInstance) -> Option<&'a MandateRecord> {
    mandates.iter().find(|mandate| {
        mandate.id == held.instance.mandate_id
            && !mandate.is_system
            && mandate.membership.as_ref().is_some_and(|membership| membership.enabled)
    })
}
