//! What decided once, brought back: modules and settings by their digests, and asking them in the very words of then.

use std::{collections::HashMap, sync::Arc};

use core_wasm::question::{Answer, Failure};

use crate::{
    policy::{Limits, LoadError, Policy, PolicyError, hex_sha256},
    ports::store::{
        StoreError,
        decision::{DecisionRecord, DecisionStore, QuestionKind},
        policy::PolicyStore,
    },
};

/// Modules that are held ready at the same time: a compiled one takes memory, and decisions made one after the other were
/// made by few.
const MOST_READY: usize = 4;

/// Modules and settings of the archive, each read and compiled once.
pub struct Archive<'a> {
    modules: &'a dyn PolicyStore,
    record: &'a dyn DecisionStore,
    ready: HashMap<String, Result<Policy, Missing>>,
    settings: HashMap<String, Result<Arc<str>, Missing>>,
}

/// Why a decision cannot be made again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Missing {
    /// The module is not there.
    #[error("the policy module `{digest}` is not in the archive")]
    Module {
        /// Its digest.
        digest: String,
    },
    /// What is there under the digest is something else, or this host does not run it.
    #[error("the policy module `{digest}` of the archive cannot be used: {why}")]
    Unusable {
        /// The digest.
        digest: String,
        /// Why.
        why: String,
    },
    /// The settings are not there, or are something else.
    #[error("the settings `{digest}` are not in the archive")]
    Settings {
        /// Their digest.
        digest: String,
    },
}

impl<'a> Archive<'a> {
    /// The archive of a database.
    #[must_use]
    pub fn new<S: PolicyStore + DecisionStore>(store: &'a S) -> Self {
        Self { modules: store, record: store, ready: HashMap::new(), settings: HashMap::new() }
    }

    /// The module of this digest, ready to be asked.
    ///
    /// # Errors
    /// [`StoreError`]; within, why it cannot be asked.
    pub async fn policy(&mut self, digest: &str) -> Result<Result<Policy, Missing>, StoreError> {
        if let Some(known) = self.ready.get(digest) {
            return Ok(known.clone());
        }
        let found = match self.modules.kept_policy(digest).await {
            Ok(Some(bytes)) => loaded(digest, &bytes),
            Ok(None) => Err(Missing::Module { digest: digest.to_owned() }),
            Err(StoreError::Inconsistent { cause }) => Err(Missing::Unusable { digest: digest.to_owned(), why: cause }),
            Err(error) => return Err(error),
        };
        if self.ready.len() >= MOST_READY {
            self.ready.clear();
        }
        self.ready.insert(digest.to_owned(), found.clone());
        Ok(found)
    }

    /// The settings of this digest, as they were handed over.
    ///
    /// # Errors
    /// [`StoreError`]; within, that they are not there.
    pub async fn settings(&mut self, digest: &str) -> Result<Result<Arc<str>, Missing>, StoreError> {
        if let Some(known) = self.settings.get(digest) {
            return Ok(known.clone());
        }
        let kept = self.record.kept_settings(digest).await?;
        let found = match kept.filter(|settings| hex_sha256(settings.as_bytes()) == digest) {
            Some(settings) => Ok(Arc::from(settings)),
            None => Err(Missing::Settings { digest: digest.to_owned() }),
        };
        self.settings.insert(digest.to_owned(), found.clone());
        Ok(found)
    }
}

fn loaded(digest: &str, bytes: &[u8]) -> Result<Policy, Missing> {
    let unusable = |why: String| Missing::Unusable { digest: digest.to_owned(), why };
    if hex_sha256(bytes) != digest {
        return Err(unusable("what is kept under its digest is another module".to_owned()));
    }
    Policy::load(bytes, Limits::default()).map_err(|error: LoadError| unusable(error.to_string()))
}

/// Asks a policy, under settings, what a decision was asked: byte for byte the same question. The answer is in the form in
/// which answers are kept, whatever order and spacing the module writes.
///
/// # Errors
/// When the policy gives no answer.
pub fn ask_again(policy: &Policy, settings: &str, decision: &DecisionRecord) -> Result<String, PolicyError> {
    let DecisionRecord { kind, facts, .. } = decision;
    let call = format!(r#"{{"settings":{settings},"question":{{"{}":{facts}}}}}"#, kind.as_str());
    let output = policy.call(call.as_bytes())?;
    let answer: Answer = serde_json::from_slice(&output.bytes).map_err(PolicyError::NotAnAnswer)?;
    match (kind, &answer) {
        (QuestionKind::Activation, Answer::Activation(_))
        | (QuestionKind::Deactivation, Answer::Deactivation(_))
        | (QuestionKind::Mandates, Answer::Mandates(_)) => {
            serde_json::to_string(&answer).map_err(PolicyError::Unwritable)
        }
        (_, Answer::Failure(Failure { code, detail })) => {
            Err(PolicyError::Failure { code: *code, detail: detail.clone() })
        }
        _ => Err(PolicyError::WrongKind { expected: kind.as_str() }),
    }
}
