//! The facts of a whole page about one mandate, and the questions that are put together from them.
//!
//! A page puts together the same questions from the same facts, with its own `now`: what it decides is what the service
//! decides. They are those of [`of_activation`](super::of_activation) and its siblings, which a test holds them to.

use core_wasm::facts::{
    ActivationFacts, DeactivationFacts, FeatureFacts, InstanceFacts, MandateFacts, RequestedInstance, RestoringFacts,
    Scope,
};
use serde::Serialize;

use super::{of_feature, of_instance, of_mandate};
use crate::ports::{clock::Millis, store::storefront::Storefront};

/// Everything that the answers about a mandate depend on, but settings and time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PreflightFacts {
    /// Whether this host can reach a billing provider at all.
    pub billing_connected: bool,
    /// Whether an operator paused billing.
    pub billing_paused: bool,
    /// The mandate with the caller's membership.
    pub mandate: MandateFacts,
    /// The catalogue, in order.
    pub features: Vec<FeatureEntry>,
    /// The living instances, in order.
    pub instances: Vec<InstanceEntry>,
    /// The instances that may come back, in the order they ended.
    pub ended: Vec<EndedEntry>,
}

/// A feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeatureEntry {
    /// Its code.
    pub feature_code: String,
    /// What the rules look at.
    pub facts: FeatureFacts,
}

/// A living instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceEntry {
    /// Its id.
    pub instance_id: String,
    /// What the rules look at.
    pub facts: InstanceFacts,
    /// Whether the caller has access.
    pub has_access: bool,
    /// Whether a change that waits for billing ends it already: ending it once more is answered with `change-pending`.
    pub pending: bool,
}

/// An ended instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndedEntry {
    /// Its id.
    pub instance_id: String,
    /// Its feature.
    pub feature_code: String,
    /// When it ended, in UTC milliseconds.
    pub ended_at: Millis,
}

impl PreflightFacts {
    /// The facts of what was read.
    #[must_use]
    pub fn of(storefront: &Storefront, billing_connected: bool) -> Self {
        let features = storefront.features.iter().map(of_feature);
        let instances = storefront.living.iter().map(|instance| InstanceEntry {
            instance_id: instance.id.clone(),
            facts: of_instance(instance),
            has_access: instance.has_access,
            pending: instance.ending_by_change.is_some(),
        });
        let ended = storefront.ended.iter().map(|ended| EndedEntry {
            instance_id: ended.id.clone(),
            feature_code: ended.feature_code.clone(),
            ended_at: ended.ended_at,
        });
        Self {
            billing_connected,
            billing_paused: storefront.billing_paused,
            mandate: of_mandate(&storefront.mandate),
            features: features.map(|facts| FeatureEntry { feature_code: facts.code.clone(), facts }).collect(),
            instances: instances.collect(),
            ended: ended.collect(),
        }
    }

    /// May the feature be activated?
    #[must_use]
    pub fn activation(&self, feature: &FeatureEntry, now: Millis) -> ActivationFacts {
        self.adding(Some(feature.facts.clone()), None, now)
    }

    /// May the ended instance come back? A feature that the catalogue does not know (any more) is none.
    #[must_use]
    pub fn restore(&self, ended: &EndedEntry, now: Millis) -> ActivationFacts {
        let feature = self.features.iter().find(|feature| feature.feature_code == ended.feature_code);
        let restoring = RestoringFacts { ended_at: Some(ended.ended_at) };
        self.adding(feature.map(|feature| feature.facts.clone()), Some(restoring), now)
    }

    /// May the caller's access to the instance, or the instance for all, be given up?
    #[must_use]
    pub fn deactivation(&self, instance: &InstanceEntry, scope: Scope, now: Millis) -> DeactivationFacts {
        DeactivationFacts {
            now,
            requested: RequestedInstance {
                feature_code: instance.facts.feature_code.clone(),
                mandate_id: instance.facts.mandate_id.clone(),
            },
            scope,
            mandate: Some(self.mandate.clone()),
            instance: Some(instance.facts.clone()),
            has_access: instance.has_access,
        }
    }

    fn adding(&self, feature: Option<FeatureFacts>, restoring: Option<RestoringFacts>, now: Millis) -> ActivationFacts {
        ActivationFacts {
            now,
            adding: 1,
            feature,
            mandate: Some(self.mandate.clone()),
            billing_connected: self.billing_connected,
            billing_paused: self.billing_paused,
            restoring,
        }
    }
}
