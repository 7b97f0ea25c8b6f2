//! What a page needs to decide about one mandate by itself, with what the rules answer now.

use core_wasm::{
    decision::{ActivationDecision, Standing},
    facts::{MandatesFacts, Scope},
    instants,
    question::{Single, SingleAnswer},
    reason::Reason,
    settings::Settings,
};

use super::{Answered, Caller, Desk, DeskError, carry_through::inconsistent};
use crate::{
    facts::{EndedEntry, FeatureEntry, InstanceEntry, PreflightFacts},
    policy::hex_sha256,
    ports::clock::Millis,
};

/// Most questions in one call of the policy: as many as any usual mandate has, and few enough for the limits of a call.
const MOST_AT_ONCE: usize = 1_000;

/// A mandate's page before anything is done.
#[derive(Clone, Debug)]
pub struct Preflight {
    /// When this was decided.
    pub now: Millis,
    /// As long as the facts stay as they are, the answers hold until just before this instant; `None`: for ever.
    pub valid_until: Option<Millis>,
    /// SHA-256 of the module that decided.
    pub policy_digest: String,
    /// SHA-256 of the settings it decided under.
    pub settings_digest: String,
    /// Digest of the facts; to whoever is told no facts, of the answers.
    pub facts_version: String,
    /// Whether the caller is an admin of the mandate, and so told the facts.
    pub is_admin: bool,
    /// For every feature that the store offers, in order.
    pub activate: Vec<ActivationVerdict>,
    /// For each of the caller's instances, then for admins for every living one.
    pub deactivate: Vec<DeactivationVerdict>,
    /// For admins: for every ended instance that is still remembered.
    pub restore: Vec<RestoreVerdict>,
    /// For admins: what the answers were made of.
    pub facts: Option<(Settings, PreflightFacts)>,
}

/// Whether a feature can be activated.
#[derive(Clone, Debug)]
pub struct ActivationVerdict {
    /// Which.
    pub feature_code: String,
    /// Whether it can.
    pub allowed: bool,
    /// Why not.
    pub reasons: Vec<Reason>,
}

/// Whether an access or an instance can be given up.
#[derive(Clone, Debug)]
pub struct DeactivationVerdict {
    /// Which instance.
    pub instance_id: String,
    /// Of which feature.
    pub feature_code: String,
    /// What of it.
    pub scope: Scope,
    /// Whether the instance ends with it; `None` when it cannot be given up.
    pub ends_instance: Option<bool>,
    /// Whether a change that waits for billing ends the instance already.
    pub pending: bool,
    /// Whether it can.
    pub allowed: bool,
    /// Why not.
    pub reasons: Vec<Reason>,
}

/// Whether an ended instance can come back.
#[derive(Clone, Debug)]
pub struct RestoreVerdict {
    /// Which.
    pub instance_id: String,
    /// Of which feature.
    pub feature_code: String,
    /// Until before then.
    pub until: Millis,
    /// Whether it can.
    pub allowed: bool,
    /// Why not.
    pub reasons: Vec<Reason>,
}

/// What is asked about, in the order of the questions.
enum Subject<'a> {
    Standing,
    Activation(&'a FeatureEntry),
    Deactivation(&'a InstanceEntry, Scope),
    Restore(&'a EndedEntry),
}

/// Characters of a SHA-256 in hexadecimal.
const DIGEST: usize = 64;

/// What was answered.
#[derive(Default)]
struct Verdicts {
    standing: Option<Standing>,
    activate: Vec<ActivationVerdict>,
    mine: Vec<DeactivationVerdict>,
    for_all: Vec<DeactivationVerdict>,
    restore: Vec<RestoreVerdict>,
}

impl Desk {
    /// All answers about a mandate at once, and for admins what they are made of.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn preflight(&self, caller: &Caller, mandate_id: &str) -> Result<Answered<Preflight>, DeskError> {
        let stranger = || Answered::Refused(vec![Reason::MandateNotFound {}]);
        let Some(storefront) = self.inner.store.storefront(&caller.user_id, mandate_id).await? else {
            return Ok(stranger());
        };
        let now = self.inner.clock.now();
        let facts = PreflightFacts::of(&storefront, self.inner.ledger.is_connected());
        let verdicts = self.verdicts(&facts, now)?;
        let is_admin = match &verdicts.standing {
            Some(standing) if standing.member => standing.admin,
            _ => return Ok(stranger()),
        };
        self.shown(facts, verdicts, is_admin, now).map(Answered::Granted)
    }

    /// The module of this digest: the one that decides on this host, or one that ever decided on a host of this database.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn policy_module(&self, digest: &str) -> Result<Option<Vec<u8>>, DeskError> {
        let policy = self.decider.policy();
        if policy.digest() == digest {
            return Ok(Some(policy.bytes().to_vec()));
        }
        let is_digest = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digest.len() != DIGEST || !digest.bytes().all(is_digest) {
            return Ok(None);
        }
        let kept = self.inner.store.kept_policy(digest).await?;
        // Whoever gets it keeps it for ever.
        Ok(kept.filter(|module| hex_sha256(module) == digest))
    }

    /// Digest of the module that decides on this host.
    #[must_use]
    pub fn policy_digest(&self) -> &str {
        self.decider.policy().digest()
    }

    fn verdicts(&self, facts: &PreflightFacts, now: Millis) -> Result<Verdicts, DeskError> {
        let subjects: Vec<Subject<'_>> = std::iter::once(Subject::Standing)
            .chain(facts.features.iter().map(Subject::Activation))
            .chain(
                facts
                    .instances
                    .iter()
                    .filter(|instance| instance.has_access)
                    .map(|instance| Subject::Deactivation(instance, Scope::Mine)),
            )
            .chain(facts.instances.iter().map(|instance| Subject::Deactivation(instance, Scope::Mandate)))
            .chain(facts.ended.iter().map(Subject::Restore))
            .collect();
        let window = self.decider.settings().restore_window;
        let mut verdicts = Verdicts::default();
        for subjects in subjects.chunks(MOST_AT_ONCE) {
            let questions: Vec<Single> = subjects.iter().map(|subject| question(facts, subject, now)).collect();
            let answers = self.decider.batch(&questions)?.decision;
            for (subject, answer) in subjects.iter().zip(answers) {
                verdicts.take(subject, answer, window)?;
            }
        }
        Ok(verdicts)
    }

    /// What the caller is told: nobody but admins learns what the facts are or when they turn.
    fn shown(
        &self,
        mut facts: PreflightFacts,
        verdicts: Verdicts,
        is_admin: bool,
        now: Millis,
    ) -> Result<Preflight, DeskError> {
        let decider = &self.decider;
        let Verdicts { activate, mine, for_all, restore, .. } = verdicts;
        // What the store does not offer is not told to be there.
        let activate: Vec<ActivationVerdict> = activate.into_iter().filter(is_offered).collect();
        facts.features.retain(|feature| activate.iter().any(|offered| offered.feature_code == feature.feature_code));
        let mut preflight = Preflight {
            now,
            valid_until: None,
            policy_digest: decider.policy().digest().to_owned(),
            settings_digest: decider.settings_digest().to_owned(),
            facts_version: String::new(),
            is_admin,
            activate,
            deactivate: mine,
            restore: Vec::new(),
            facts: None,
        };
        if is_admin {
            let ended = facts.ended.iter().map(|ended| ended.ended_at);
            preflight.valid_until = instants::next(now, &facts.mandate, ended, decider.settings());
            preflight.deactivate.extend(for_all);
            preflight.restore = restore;
            preflight.facts_version = version(&facts)?;
            preflight.facts = Some((decider.settings().clone(), facts));
        } else {
            let told: Vec<(&str, &[Reason])> = preflight
                .activate
                .iter()
                .map(|verdict| (verdict.feature_code.as_str(), verdict.reasons.as_slice()))
                .chain(
                    preflight
                        .deactivate
                        .iter()
                        .map(|verdict| (verdict.instance_id.as_str(), verdict.reasons.as_slice())),
                )
                .collect();
            let ends: Vec<(Option<bool>, bool)> =
                preflight.deactivate.iter().map(|verdict| (verdict.ends_instance, verdict.pending)).collect();
            preflight.facts_version = version(&(told, ends))?;
        }
        Ok(preflight)
    }
}

impl Verdicts {
    fn take(&mut self, subject: &Subject<'_>, answer: SingleAnswer, window: Millis) -> Result<(), DeskError> {
        match (subject, answer) {
            (Subject::Standing, SingleAnswer::Mandates(decision)) => {
                self.standing = decision.mandates.into_iter().next();
            }
            (Subject::Activation(feature), SingleAnswer::Activation(decision)) => {
                let feature_code = feature.feature_code.clone();
                let ActivationDecision { allowed, reasons, .. } = decision;
                self.activate.push(ActivationVerdict { feature_code, allowed, reasons });
            }
            (Subject::Deactivation(instance, scope), SingleAnswer::Deactivation(decision)) => {
                let verdict = DeactivationVerdict {
                    instance_id: instance.instance_id.clone(),
                    feature_code: instance.facts.feature_code.clone(),
                    scope: *scope,
                    ends_instance: decision.outcome.map(|outcome| outcome.ends_instance),
                    pending: instance.pending,
                    allowed: decision.allowed,
                    reasons: decision.reasons,
                };
                if *scope == Scope::Mine { self.mine.push(verdict) } else { self.for_all.push(verdict) }
            }
            (Subject::Restore(ended), SingleAnswer::Activation(decision)) => self.restore.push(RestoreVerdict {
                instance_id: ended.instance_id.clone(),
                feature_code: ended.feature_code.clone(),
                until: ended.ended_at.saturating_add(window),
                allowed: decision.allowed,
                reasons: decision.reasons,
            }),
            _ => return Err(inconsistent("an answer that nobody asked for")),
        }
        Ok(())
    }
}

fn question(facts: &PreflightFacts, subject: &Subject<'_>, now: Millis) -> Single {
    match subject {
        Subject::Standing => {
            Single::Mandates(MandatesFacts { now, home_granted: true, mandates: vec![facts.mandate.clone()] })
        }
        Subject::Activation(feature) => Single::Activation(facts.activation(feature, now)),
        Subject::Deactivation(instance, scope) => Single::Deactivation(facts.deactivation(instance, *scope, now)),
        Subject::Restore(ended) => Single::Activation(facts.restore(ended, now)),
    }
}

/// Whether the store offers the feature, by what the rules said of it.
fn is_offered(verdict: &ActivationVerdict) -> bool {
    !verdict.reasons.iter().any(|reason| matches!(reason, Reason::FeatureNotFound {}))
}

/// Digest of what is told; equal facts are equal bytes.
fn version(told: &impl serde::Serialize) -> Result<String, DeskError> {
    let bytes = serde_json::to_vec(told).map_err(|_| inconsistent("facts that cannot be written"))?;
    Ok(hex_sha256(&bytes))
}
