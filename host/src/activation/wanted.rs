//! Several features and instances wished as one, and what the rules say about all of it together.

use core_wasm::{
    decision::{BillingDuty, Ending, Grant},
    facts::{ActivationFacts, DeactivationFacts, RequestedInstance, Scope},
    question::{Single, SingleAnswer},
    settings::Gate,
};

use super::{
    Caller, Desk, DeskError,
    carry_through::inconsistent,
    recording::{Refused, Tried},
};
use crate::{
    decisions::record::Judged,
    facts,
    policy::hex_sha256,
    ports::{
        clock::Millis,
        store::snapshot::{Ask, FeatureRecord, InstanceRecord, Snapshot},
    },
};

/// What is wished in one mandate: all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// In which mandate.
    pub mandate_id: String,
    /// Features to activate; one that is named twice is activated twice.
    pub activate: Vec<String>,
    /// Instances to end for all, each named once.
    pub deactivate: Vec<String>,
}

/// What the rules allow.
pub(super) struct Weighed {
    /// Features with their grants, in the order of the wish.
    pub(super) activations: Vec<(FeatureRecord, Grant)>,
    /// Instances with what their end brings, in the order of the wish.
    pub(super) endings: Vec<(InstanceRecord, Ending)>,
    /// Digest of everything that was looked at but the time.
    pub(super) revision: String,
    /// The decisions that allow it: those of the features, then those of the instances.
    pub(super) judged: Vec<Judged>,
}

impl Wanted {
    /// One more instance of a feature.
    pub(super) fn one(mandate_id: &str, feature_code: &str) -> Self {
        Self { mandate_id: mandate_id.to_owned(), activate: vec![feature_code.to_owned()], deactivate: Vec::new() }
    }

    /// Digest of the wish; the order in which it is written does not matter.
    pub(super) fn digest(&self) -> String {
        let sorted = |words: &[String]| {
            let mut words = words.to_vec();
            words.sort_unstable();
            words
        };
        let wish = serde_json::json!([self.mandate_id, sorted(&self.activate), sorted(&self.deactivate)]);
        hex_sha256(wish.to_string().as_bytes())
    }

    /// The refusal, where one of the decisions refuses: its reasons are those of the first that does. The decisions are
    /// those of the features, then those of the instances, in the order of the wish.
    fn refused(&self, snapshot: &Snapshot, judged: &[Judged]) -> Option<Refused> {
        let features = self.activate.iter().map(|code| (Some(code.clone()), None));
        let instances = self.deactivate.iter().map(|id| {
            let instance = snapshot.instance_of(id);
            (instance.map(|instance| instance.feature_code.clone()), Some(id.clone()))
        });
        let about = judged.iter().zip(features.chain(instances));
        let tried: Vec<Tried> = about
            .filter(|(judged, _)| !judged.is_allowed())
            .map(|(judged, (feature_code, instance_id))| Tried { judged: judged.clone(), feature_code, instance_id })
            .collect();
        Some(Refused { reasons: tried.first()?.judged.reasons().to_vec(), tried })
    }

    /// What has to be read to decide it.
    pub(super) fn ask(&self, caller: &Caller) -> Ask {
        let mut features = self.activate.clone();
        features.sort_unstable();
        features.dedup();
        Ask {
            user_id: caller.user_id.clone(),
            mandate_id: self.mandate_id.clone(),
            features,
            instances: self.deactivate.clone(),
            wish: Some(self.digest()),
            ..Ask::default()
        }
    }
}

impl Weighed {
    /// What billing must confirm before anything of it takes effect, if it has to.
    pub(super) fn gate(&self) -> Option<Gate> {
        self.activations.iter().find_map(|(_, grant)| match grant.billing {
            BillingDuty::Gated { gate, .. } => Some(gate),
            BillingDuty::BestEffort { .. } | BillingDuty::Nothing => None,
        })
    }

    /// The subscription that is changed, as an index into the mandate's list.
    pub(super) fn subscription(&self) -> Option<usize> {
        let granted = self.activations.first().map(|(_, grant)| grant.subscription);
        let ended = || self.endings.iter().find_map(|(_, ending)| ending.subscription);
        usize::try_from(granted.or_else(ended)?).ok()
    }

    /// How many instances end.
    pub(super) fn ends(&self) -> usize {
        self.endings.iter().filter(|(_, ending)| ending.ends_instance).count()
    }
}

impl Desk {
    /// What the rules say: each activation is judged with all that is added and without what ends. Of several refusals the
    /// first is told.
    pub(super) fn weigh(&self, wanted: &Wanted, snapshot: &Snapshot) -> Result<Result<Weighed, Refused>, DeskError> {
        let now = self.inner.clock.now();
        let endings: Vec<Single> =
            wanted.deactivate.iter().map(|id| Single::Deactivation(ending_facts(wanted, snapshot, id, now))).collect();
        let ended = self.decider.batch(&endings)?;
        let ends = ended.decision.iter().filter(|answer| ends_instance(answer)).count();
        let connected = self.inner.ledger.is_connected();
        let activations: Vec<Single> = wanted
            .activate
            .iter()
            .map(|code| Single::Activation(activation_facts(wanted, snapshot, code, ends, now, connected)))
            .collect();
        let activated = self.decider.batch(&activations)?;

        let mut judged = Judged::together(activated, activations);
        judged.extend(Judged::together(ended, endings));
        let (mut granted, mut outcomes) = (Vec::new(), Vec::new());
        for judged in &judged {
            match &judged.answer {
                SingleAnswer::Activation(decision) => granted.extend(decision.grant.clone()),
                SingleAnswer::Deactivation(decision) => outcomes.extend(decision.outcome.clone()),
                SingleAnswer::Mandates(_) | SingleAnswer::Sharing(_) => {
                    return Err(inconsistent("an answer that nobody asked for"));
                }
            }
        }
        if let Some(refused) = wanted.refused(snapshot, &judged) {
            return Ok(Err(refused));
        }
        let features = wanted.activate.iter().map(|code| snapshot.feature_of(code).cloned());
        let instances = wanted.deactivate.iter().map(|id| snapshot.instance_of(id).cloned());
        let (Some(features), Some(instances)) =
            (features.collect::<Option<Vec<_>>>(), instances.collect::<Option<Vec<_>>>())
        else {
            return Err(inconsistent("a grant that does not fit its facts"));
        };
        let revision = self.revision(&judged)?;
        Ok(Ok(Weighed {
            activations: features.into_iter().zip(granted).collect(),
            endings: instances.into_iter().zip(outcomes).collect(),
            revision,
            judged,
        }))
    }

    /// Digest of the questions without their time, in whatever order, and of what answered them.
    fn revision(&self, judged: &[Judged]) -> Result<String, DeskError> {
        let mut timeless = Vec::with_capacity(judged.len());
        for judged in judged {
            let question = match judged.question.clone() {
                Single::Activation(facts) => Single::Activation(ActivationFacts { now: 0, ..facts }),
                Single::Deactivation(facts) => Single::Deactivation(DeactivationFacts { now: 0, ..facts }),
                other @ (Single::Mandates(_) | Single::Sharing(_)) => other,
            };
            let text = serde_json::to_string(&question).map_err(|_| inconsistent("facts that cannot be written"))?;
            timeless.push(text);
        }
        timeless.sort_unstable();
        let decider = &self.decider;
        let parts = [decider.policy().digest(), decider.settings_digest(), &timeless.join("\n")].join("\n");
        Ok(hex_sha256(parts.as_bytes()))
    }
}

fn ends_instance(answer: &SingleAnswer) -> bool {
    matches!(answer, SingleAnswer::Deactivation(decision)
        if decision.outcome.as_ref().is_some_and(|outcome| outcome.ends_instance))
}

fn activation_facts(
    wanted: &Wanted,
    snapshot: &Snapshot,
    code: &str,
    ends: usize,
    now: Millis,
    connected: bool,
) -> ActivationFacts {
    let mut facts = facts::of_activation(snapshot, now, connected);
    facts.feature = snapshot.feature_of(code).map(facts::of_feature);
    facts.adding = i64::try_from(wanted.activate.len()).unwrap_or(i64::MAX);
    if let Some(mandate) = &mut facts.mandate {
        mandate.counted = mandate.counted.saturating_sub(i64::try_from(ends).unwrap_or(i64::MAX));
    }
    facts
}

/// The request does not name the feature: it is that of the instance.
fn ending_facts(wanted: &Wanted, snapshot: &Snapshot, id: &str, now: Millis) -> DeactivationFacts {
    let instance = snapshot.instance_of(id);
    let requested = RequestedInstance {
        feature_code: instance.map(|instance| instance.feature_code.clone()).unwrap_or_default(),
        mandate_id: wanted.mandate_id.clone(),
    };
    let alone = Snapshot { instance: instance.cloned(), mandate: snapshot.mandate.clone(), ..Snapshot::default() };
    facts::of_deactivation(&alone, requested, Scope::Mandate, now)
}
