//! What is kept of a decision: the question and the answer as they are on the wire, what decided, and what it was about.
//! Pure.

use std::sync::Arc;

use core_wasm::{
    question::{Single, SingleAnswer},
    reason::{Audience, Reason},
};
use serde::Serialize;

use super::pseudonym::pseudonym;
use crate::{
    policy::{self, Decided},
    ports::{
        clock::Millis,
        store::decision::{DecisionRecord, NewDecision, PseudonymKey, QuestionKind, UserKey},
    },
};

/// A question, its answer, and what gave it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was asked.
    pub question: Single,
    /// What was answered.
    pub answer: SingleAnswer,
    /// SHA-256 of the module that decided.
    pub policy_digest: Arc<str>,
    /// SHA-256 of the settings it decided under.
    pub settings_digest: Arc<str>,
    /// Fuel that the call took.
    pub fuel: u64,
}

/// What a decision was about, and under which ids it is kept.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Its id.
    pub id: &'a str,
    /// When it was made.
    pub at: Millis,
    /// Which mandate.
    pub mandate_id: &'a str,
    /// Which feature.
    pub feature_code: Option<&'a str>,
    /// Which instance.
    pub instance_id: Option<&'a str>,
    /// The trace id of the request.
    pub trace_id: &'a str,
}

/// Who asked, by id and key.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The user's id.
    pub user_id: &'a str,
    /// What turns it into a pseudonym, where the user has one already.
    pub key: Option<&'a PseudonymKey>,
}

impl Judged {
    /// One question that was asked by itself.
    #[must_use]
    pub fn alone<T>(decided: Decided<T>, question: Single, answer: impl FnOnce(T) -> SingleAnswer) -> Self {
        let Decided { decision, policy_digest, settings_digest, fuel } = decided;
        Self { question, answer: answer(decision), policy_digest, settings_digest, fuel }
    }

    /// Several that were asked together.
    #[must_use]
    pub fn together(decided: Decided<Vec<SingleAnswer>>, questions: Vec<Single>) -> Vec<Self> {
        let Decided { decision, policy_digest, settings_digest, fuel } = decided;
        let pairs = questions.into_iter().zip(decision);
        let judged = |(question, answer)| Self {
            question,
            answer,
            policy_digest: policy_digest.clone(),
            settings_digest: settings_digest.clone(),
            fuel,
        };
        pairs.map(judged).collect()
    }

    /// Whether the answer lets something through.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        policy::is_allowed(&self.answer)
    }

    /// Whether the refusal is one that anybody may be told: then what was named does not exist, or is none of the
    /// caller's business. Nothing about a mandate was decided, and none has it on record. The facts of an instance that is
    /// elsewhere are not for the admins here, whatever a policy refuses it for.
    #[must_use]
    pub fn is_strangers(&self) -> bool {
        if let Single::Deactivation(facts) = &self.question
            && facts.instance.as_ref().is_some_and(|instance| instance.mandate_id != facts.requested.mandate_id)
        {
            return true;
        }
        let mandate = match &self.question {
            Single::Activation(facts) => facts.mandate.as_ref(),
            Single::Deactivation(facts) => facts.mandate.as_ref(),
            Single::Mandates(facts) => facts.mandates.first(),
            Single::Sharing(facts) => facts.mandate.as_deref(),
        };
        let is_member = mandate.and_then(|mandate| mandate.membership.as_ref()).is_some_and(|member| member.enabled);
        let told_anybody = |reason: &Reason| reason.profile().audience == Audience::Anyone;
        !is_member || self.reasons().iter().any(told_anybody)
    }

    /// The reasons against it.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        policy::reasons(&self.answer)
    }

    /// The decision as it is kept, for an asker with a key.
    ///
    /// # Errors
    /// When facts or answer cannot be written, which plain data always can.
    pub fn record(&self, about: About<'_>, who: Option<String>) -> Result<DecisionRecord, serde_json::Error> {
        let (kind, facts) = match &self.question {
            Single::Activation(facts) => (QuestionKind::Activation, serde_json::to_string(facts)?),
            Single::Deactivation(facts) => (QuestionKind::Deactivation, serde_json::to_string(facts)?),
            Single::Mandates(facts) => (QuestionKind::Mandates, serde_json::to_string(facts)?),
            Single::Sharing(facts) => (QuestionKind::Sharing, serde_json::to_string(facts)?),
        };
        Ok(DecisionRecord {
            id: about.id.to_owned(),
            at: about.at,
            kind,
            allowed: self.is_allowed(),
            mandate_id: about.mandate_id.to_owned(),
            feature_code: about.feature_code.map(str::to_owned),
            instance_id: about.instance_id.map(str::to_owned),
            facts,
            policy_digest: self.policy_digest.to_string(),
            settings_digest: self.settings_digest.to_string(),
            answer: wire(&self.answer)?,
            fuel: i64::try_from(self.fuel).unwrap_or(i64::MAX),
            trace_id: about.trace_id.to_owned(),
            who,
        })
    }

    /// The decision as it is written with what it lets through. An asker without a key gets the fresh one.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub fn granted(
        &self,
        about: About<'_>,
        asker: Asker<'_>,
        fresh: impl FnOnce() -> [u8; 32],
    ) -> Result<NewDecision, serde_json::Error> {
        let (key, is_new) = match asker.key {
            Some(key) => (key.clone(), false),
            None => (PseudonymKey::of(&fresh()), true),
        };
        let record = self.record(about, Some(pseudonym(&key, asker.user_id)))?;
        let key = is_new.then(|| UserKey { user_id: asker.user_id.to_owned(), key });
        Ok(NewDecision { record, key })
    }
}

/// The reasons in the answer of a decision on record; `None` when the answer is of a form that this release does not read.
#[must_use]
pub fn reasons_on_record(decision: &DecisionRecord) -> Option<Vec<Reason>> {
    let answer: SingleAnswer = serde_json::from_str(&decision.answer).ok()?;
    Some(policy::reasons(&answer).to_vec())
}

/// An answer as a policy gives it to the question alone: the answer of a batch has the same form.
fn wire(answer: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(answer)
}
