//! The question what a caller can activate anywhere, and which of the caller's instances work.

use crate::{
    activation,
    decision::{ActivationDecision, FeatureStanding, InstanceStanding, OverviewDecision},
    facts::{FeatureFacts, MandateFacts, OverviewFacts, Target},
    own::OwnRules,
    settings::Settings,
    situation::Activation,
    terms::{offered::is_offered, usability},
};

/// Decides about every feature and every held instance at once.
#[must_use]
pub fn decide(facts: &OverviewFacts, settings: &Settings) -> OverviewDecision {
    decide_with(facts, settings, OwnRules::NONE)
}

/// Decides the same, with rules of the operator's own.
#[must_use]
pub fn decide_with(facts: &OverviewFacts, settings: &Settings, own: &OwnRules) -> OverviewDecision {
    let features = facts.features.iter().map(|feature| standing(feature, facts, settings, own)).collect();
    let instances = facts
        .instances
        .iter()
        .map(|held| {
            let mandate = mandate_at(facts, Some(held.mandate));
            let (state, is_active) = usability::shown(held, mandate, facts.now);
            InstanceStanding { state, is_active }
        })
        .collect();
    OverviewDecision { features, instances }
}

fn standing(feature: &FeatureFacts, facts: &OverviewFacts, settings: &Settings, own: &OwnRules) -> FeatureStanding {
    let weigh = |mandate: Option<&MandateFacts>| -> ActivationDecision {
        activation::weigh(&Activation {
            now: facts.now,
            adding: 1,
            feature: Some(feature),
            mandate,
            billing_connected: facts.billing_connected,
            billing_paused: facts.billing_paused,
            restoring: None,
            settings,
            own,
        })
    };
    let (can_activate, reasons) = match facts.target {
        Target::Any => (facts.mandates.iter().any(|mandate| weigh(Some(mandate)).allowed), Vec::new()),
        Target::One { mandate } => {
            let decision = weigh(mandate_at(facts, mandate));
            (decision.allowed, decision.reasons)
        }
    };
    FeatureStanding { offered: is_offered(feature), can_activate, reasons }
}

fn mandate_at(facts: &OverviewFacts, index: Option<u32>) -> Option<&MandateFacts> {
    usize::try_from(index?).ok().and_then(|index| facts.mandates.get(index))
}
