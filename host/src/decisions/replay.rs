//! Every decision again, by the very module and under the very settings that made it: the answers must be the same bytes.
//!
//! A module is asked as a host asks it: in the compact form where it reads that, under all limits, and an answer that does
//! not fit its question is none. Answers are compared as JSON, as they are kept. Fuel is not: a decision that was made with
//! others has that of all of them on record.

use serde::Serialize;

use super::{
    archive::{Archive, Missing, question},
    pages::Pages,
};
use crate::{
    policy::{Decider, PolicyError},
    ports::store::{
        StoreError,
        decision::{DecisionFilter, DecisionRecord, DecisionStore},
        policy::PolicyStore,
    },
};

/// What came of a replay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replay {
    /// Decisions that were made again with the same answer.
    pub equal: u64,
    /// Decisions whose answer is another now.
    pub different: u64,
    /// Decisions that could not be made again.
    pub missing: u64,
}

/// A decision that did not come out as it did then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation<'a> {
    /// The decision.
    pub decision: &'a DecisionRecord,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a decision that was made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another answer.
    Different {
        /// The answer now.
        now: String,
    },
    /// There is no answer now that a host would take.
    NoAnswer {
        /// Why.
        why: String,
    },
    /// What decided is not there.
    Missing(Missing),
}

impl Replay {
    /// Whether every decision came out as it did then.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.different == 0 && self.missing == 0
    }
}

/// Makes decisions again, in their order, and tells each that did not come out as it did then.
///
/// # Errors
/// [`StoreError`].
pub async fn replay<S: PolicyStore + DecisionStore>(
    store: &S,
    filter: &DecisionFilter,
    mut tell: impl FnMut(Deviation<'_>),
) -> Result<Replay, StoreError> {
    let (mut archive, mut replay, mut pages) = (Archive::new(store), Replay::default(), Pages::new(store, filter));
    while let Some(page) = pages.next().await? {
        for decision in &page {
            match again(&mut archive, decision).await? {
                None => replay.equal += 1,
                Some(fault) => {
                    match fault {
                        Fault::Missing(_) => replay.missing += 1,
                        Fault::Different { .. } | Fault::NoAnswer { .. } => replay.different += 1,
                    }
                    tell(Deviation { decision, fault });
                }
            }
        }
    }
    Ok(replay)
}

async fn again(archive: &mut Archive<'_>, decision: &DecisionRecord) -> Result<Option<Fault>, StoreError> {
    let policy = match archive.policy(&decision.policy_digest).await? {
        Ok(policy) => policy,
        Err(missing) => return Ok(Some(Fault::Missing(missing))),
    };
    let settings = match archive.settings(&decision.settings_digest).await? {
        Ok(settings) => settings,
        Err(missing) => return Ok(Some(Fault::Missing(missing))),
    };
    let question = match question(decision) {
        Ok(question) => question,
        Err(missing) => return Ok(Some(Fault::Missing(missing))),
    };
    let now = Decider::new(policy, settings)
        .single(&question)
        .and_then(|decided| serde_json::to_string(&decided.decision).map_err(PolicyError::Unwritable));
    Ok(match now {
        Ok(now) if now == decision.answer => None,
        Ok(now) => Some(Fault::Different { now }),
        Err(error) => Some(Fault::NoAnswer { why: error.to_string() }),
    })
}
