//! What the use cases hold: typed facts in, typed decision out, with the digests of what decided.

use std::sync::Arc;

use super::{Policy, PolicyError, fit, module::hex_sha256};
use core_wasm::{
    compact::{self, Write},
    decision::{ActivationDecision, DeactivationDecision, MandatesDecision, OverviewDecision, SharingDecision},
    facts::{ActivationFacts, DeactivationFacts, MandatesFacts, OverviewFacts, SharingFacts},
    question::{Answer, Asked, Failure, Single, SingleAnswer},
    settings::Settings,
};

/// Room for a usual question behind the settings.
const FIRST_ROOM: usize = 1024;

/// A policy together with the operator's settings.
#[derive(Clone, Debug)]
pub struct Decider {
    policy: Policy,
    settings: Arc<Settings>,
    policy_digest: Arc<str>,
    settings_digest: Arc<str>,
    settings_json: Arc<str>,
    /// The beginning of every call: the settings, written once in the form that the policy is asked in.
    head: Arc<[u8]>,
}

/// A decision and what it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided<T> {
    /// What the rules say.
    pub decision: T,
    /// SHA-256 of the module that decided.
    pub policy_digest: Arc<str>,
    /// SHA-256 of the settings it decided under.
    pub settings_digest: Arc<str>,
    /// Fuel that the decision took.
    pub fuel: u64,
}

impl<T> Decided<T> {
    /// The same with the decision as something else.
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Decided<U> {
        let Self { decision, policy_digest, settings_digest, fuel } = self;
        Decided { decision: change(decision), policy_digest, settings_digest, fuel }
    }
}

impl Decider {
    /// Decides with this policy under these settings.
    #[must_use]
    pub fn new(policy: Policy, settings: Settings) -> Self {
        #[expect(clippy::expect_used, reason = "strings, numbers and unit variants: there is nothing JSON cannot hold")]
        let json = serde_json::to_string(&settings).expect("settings are plain data");
        let head = if policy.reads_compact() {
            compact::to_vec(&settings)
        } else {
            [br#"{"settings":"#.as_slice(), json.as_bytes(), br#","question":"#].concat()
        };
        Self {
            policy_digest: policy.digest().into(),
            settings_digest: hex_sha256(json.as_bytes()).into(),
            settings_json: json.into(),
            settings: Arc::new(settings),
            head: head.into(),
            policy,
        }
    }

    /// The policy that decides.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// SHA-256 of the module that decides.
    #[must_use]
    pub fn policy_digest(&self) -> Arc<str> {
        Arc::clone(&self.policy_digest)
    }

    /// The operator's settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// SHA-256 of the settings' JSON in lower-case hexadecimal.
    #[must_use]
    pub fn settings_digest(&self) -> &str {
        &self.settings_digest
    }

    /// The settings as the policy is handed them.
    #[must_use]
    pub fn settings_json(&self) -> &str {
        &self.settings_json
    }

    /// May this be activated (or restored)?
    ///
    /// # Errors
    /// When there is no decision; nothing may be activated then.
    pub fn activation(&self, facts: &ActivationFacts) -> Result<Decided<ActivationDecision>, PolicyError> {
        match self.ask(Asked::Activation(facts))? {
            (Answer::Activation(decision), fuel) => {
                fit::activation(&decision, facts)?;
                Ok(self.decided(decision, fuel))
            }
            (other, _) => Err(another(other, "activation")),
        }
    }

    /// May this be given up?
    ///
    /// # Errors
    /// When there is no decision; nothing may be given up then.
    pub fn deactivation(&self, facts: &DeactivationFacts) -> Result<Decided<DeactivationDecision>, PolicyError> {
        match self.ask(Asked::Deactivation(facts))? {
            (Answer::Deactivation(decision), fuel) => {
                fit::deactivation(&decision, facts)?;
                Ok(self.decided(decision, fuel))
            }
            (other, _) => Err(another(other, "deactivation")),
        }
    }

    /// Which mandates does the caller administer?
    ///
    /// # Errors
    /// When there is no decision; the caller administers nothing then.
    pub fn mandates(&self, facts: &MandatesFacts) -> Result<Decided<MandatesDecision>, PolicyError> {
        match self.ask(Asked::Mandates(facts))? {
            (Answer::Mandates(decision), fuel) => {
                fit::mandates(&decision, facts)?;
                Ok(self.decided(decision, fuel))
            }
            (other, _) => Err(another(other, "mandates")),
        }
    }

    /// What can be activated anywhere, and which instances work?
    ///
    /// # Errors
    /// When there is no decision; nothing is offered and nothing works then.
    pub fn overview(&self, facts: &OverviewFacts) -> Result<Decided<OverviewDecision>, PolicyError> {
        match self.ask(Asked::Overview(facts))? {
            (Answer::Overview(decision), fuel) => {
                fit::overview(&decision, facts)?;
                Ok(self.decided(decision, fuel))
            }
            (other, _) => Err(another(other, "overview")),
        }
    }

    /// May a colleague be given access?
    ///
    /// # Errors
    /// When there is no decision; nobody may be given anything then.
    pub fn sharing(&self, facts: &SharingFacts) -> Result<Decided<SharingDecision>, PolicyError> {
        match self.ask(Asked::Sharing(facts))? {
            (Answer::Sharing(decision), fuel) => {
                fit::sharing(&decision)?;
                Ok(self.decided(decision, fuel))
            }
            (other, _) => Err(another(other, "sharing")),
        }
    }

    /// Several questions in one call; the answers come in the same order, each of the kind that was asked.
    ///
    /// # Errors
    /// When there is no decision about one of them.
    pub fn batch(&self, questions: &[Single]) -> Result<Decided<Vec<SingleAnswer>>, PolicyError> {
        match self.ask(Asked::Batch(questions))? {
            (Answer::Batch(decisions), fuel) => {
                fit::batch(&decisions, questions)?;
                Ok(self.decided(decisions, fuel))
            }
            (other, _) => Err(another(other, "batch")),
        }
    }

    /// One question of any of the kinds that decisions are on record of.
    ///
    /// # Errors
    /// When there is no decision.
    pub fn single(&self, question: &Single) -> Result<Decided<SingleAnswer>, PolicyError> {
        Ok(match question {
            Single::Activation(facts) => self.activation(facts)?.map(SingleAnswer::Activation),
            Single::Deactivation(facts) => self.deactivation(facts)?.map(SingleAnswer::Deactivation),
            Single::Mandates(facts) => self.mandates(facts)?.map(SingleAnswer::Mandates),
            Single::Sharing(facts) => self.sharing(facts)?.map(SingleAnswer::Sharing),
        })
    }

    fn ask(&self, question: Asked<'_>) -> Result<(Answer, u64), PolicyError> {
        let mut call = Vec::with_capacity(self.head.len().saturating_add(FIRST_ROOM));
        call.extend_from_slice(&self.head);
        if self.policy.reads_compact() {
            question.write(&mut call);
            let output = self.policy.call_compact(&call)?;
            let answer = compact::from_slice(&output.bytes).map_err(PolicyError::NotACompactAnswer)?;
            return Ok((answer, output.fuel));
        }
        serde_json::to_writer(&mut call, &question).map_err(PolicyError::Unwritable)?;
        call.push(b'}');
        let output = self.policy.call(&call)?;
        let answer = serde_json::from_slice(&output.bytes).map_err(PolicyError::NotAnAnswer)?;
        Ok((answer, output.fuel))
    }

    fn decided<T>(&self, decision: T, fuel: u64) -> Decided<T> {
        Decided {
            decision,
            policy_digest: Arc::clone(&self.policy_digest),
            settings_digest: Arc::clone(&self.settings_digest),
            fuel,
        }
    }
}

/// The module's own failure, or an answer to another question.
fn another(answer: Answer, expected: &'static str) -> PolicyError {
    match answer {
        Answer::Failure(Failure { code, detail }) => PolicyError::Failure { code, detail },
        _ => PolicyError::WrongKind { expected },
    }
}
