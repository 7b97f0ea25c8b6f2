//! What decided once, brought back: modules and settings by their digests, and the questions they were asked.

use std::collections::HashMap;

use core_wasm::{ABI_VERSION, question::Single, settings::Settings};

use crate::{
    policy::{Limits, LoadError, Policy, hex_sha256},
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
    settings: HashMap<String, Result<Settings, Missing>>,
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
    /// The settings are not there.
    #[error("the settings `{digest}` are not in the archive")]
    Settings {
        /// Their digest.
        digest: String,
    },
    /// What is there under the digest is something else.
    #[error(
        "the settings `{digest}` of the archive cannot be used: what is kept under their digest are other settings"
    )]
    SettingsAltered {
        /// Their digest.
        digest: String,
    },
    /// The settings are of another form than this binary's.
    #[error("the settings `{digest}` of the archive are not of abi version {ABI_VERSION}")]
    SettingsForm {
        /// Their digest.
        digest: String,
    },
    /// The facts are of another form than this binary's.
    #[error("the facts are not of abi version {ABI_VERSION}")]
    FactsForm,
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

    /// The settings of this digest.
    ///
    /// # Errors
    /// [`StoreError`]; within, that they are not there.
    pub async fn settings(&mut self, digest: &str) -> Result<Result<Settings, Missing>, StoreError> {
        if let Some(known) = self.settings.get(digest) {
            return Ok(known.clone());
        }
        let found = self.settings_json(digest).await?.and_then(|settings| {
            serde_json::from_str(&settings)
                .map_err(|_: serde_json::Error| Missing::SettingsForm { digest: digest.to_owned() })
        });
        self.settings.insert(digest.to_owned(), found.clone());
        Ok(found)
    }

    /// The call that was answered when this decision was made: the bytes in canonical JSON, whichever release made it.
    ///
    /// # Errors
    /// [`StoreError`]; within, that the settings are not there.
    pub async fn call(&self, decision: &DecisionRecord) -> Result<Result<String, Missing>, StoreError> {
        let settings = self.settings_json(&decision.settings_digest).await?;
        let (kind, facts) = (decision.kind.as_str(), &decision.facts);
        Ok(settings.map(|settings| format!(r#"{{"settings":{settings},"question":{{"{kind}":{facts}}}}}"#)))
    }

    /// The settings of this digest as they are kept, which is as a policy is handed them.
    async fn settings_json(&self, digest: &str) -> Result<Result<String, Missing>, StoreError> {
        let digest = digest.to_owned();
        Ok(match self.record.kept_settings(&digest).await? {
            None => Err(Missing::Settings { digest }),
            Some(settings) if hex_sha256(settings.as_bytes()) != digest => Err(Missing::SettingsAltered { digest }),
            Some(settings) => Ok(settings),
        })
    }
}

fn loaded(digest: &str, bytes: &[u8]) -> Result<Policy, Missing> {
    let unusable = |why: String| Missing::Unusable { digest: digest.to_owned(), why };
    if hex_sha256(bytes) != digest {
        return Err(unusable("what is kept under its digest is another module".to_owned()));
    }
    Policy::load(bytes, Limits::default()).map_err(|error: LoadError| unusable(error.to_string()))
}

/// What was asked when this decision was made.
///
/// # Errors
/// [`Missing::FactsForm`].
pub fn question(decision: &DecisionRecord) -> Result<Single, Missing> {
    let DecisionRecord { kind, facts, .. } = decision;
    let question = match kind {
        QuestionKind::Activation => serde_json::from_str(facts).map(Single::Activation),
        QuestionKind::Deactivation => serde_json::from_str(facts).map(Single::Deactivation),
        QuestionKind::Mandates => serde_json::from_str(facts).map(Single::Mandates),
        QuestionKind::Sharing => serde_json::from_str(facts).map(Single::Sharing),
    };
    question.map_err(|_| Missing::FactsForm)
}
