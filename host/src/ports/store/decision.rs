//! The record of decisions: what a policy was asked under which settings, and what it answered.

use async_trait::async_trait;

use super::StoreError;
use crate::ports::clock::Millis;

/// Decisions that are told of one trace id.
pub const MOST_FOUND: usize = 20;

/// Adds to the record, and reads it. What lets a change through is written with the change, by the transaction that
/// writes it; nothing is ever altered.
#[async_trait]
pub trait DecisionStore: Send + Sync {
    /// Adds decisions that changed nothing. One that is there already stays as it is.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn keep_decisions(&self, decisions: &[DecisionRecord]) -> Result<(), StoreError>;

    /// The keys of users; one who has none is given the fresh one. A user who is not on file (any more) has none.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn pseudonym_keys(&self, fresh: &[UserKey]) -> Result<Vec<UserKey>, StoreError>;

    /// Keeps settings under their digest, once. A host calls this before its first decision under them.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn keep_settings(&self, digest: &str, settings: &str) -> Result<(), StoreError>;

    /// Settings that were kept; `None` when nothing was ever decided under them here.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn kept_settings(&self, digest: &str) -> Result<Option<String>, StoreError>;

    /// Decisions, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn decisions(&self, filter: &DecisionFilter, limit: i64) -> Result<Vec<StoredDecision>, StoreError>;

    /// Decisions in the order in which they were written, those after a place of the record.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn decisions_after(
        &self,
        place: i64,
        filter: &DecisionFilter,
        limit: i64,
    ) -> Result<Vec<StoredDecision>, StoreError>;

    /// The decision of this id, then those made under this trace id, the newest first; at most one more than
    /// [`MOST_FOUND`], which says that there are more. With a user only those of mandates in which the user has an enabled
    /// membership, of each mandate the newest, and all of them: whoever chooses a trace id, it hides nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_decisions(&self, id: &str, user_id: Option<&str>) -> Result<Vec<StoredDecision>, StoreError>;

    /// Everybody who has a key, with it: whom the pseudonyms stand for.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn people(&self) -> Result<Vec<Person>, StoreError>;

    /// All enabled memberships, or those of one mandate, by mandate.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn members(&self, mandate_id: Option<&str>) -> Result<Vec<Member>, StoreError>;

    /// Deletes decisions made before an instant, the oldest first, at most so many. Returns how many went.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn forget_decisions(&self, before: Millis, most: i64) -> Result<u64, StoreError>;
}

/// Which decisions are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    /// Only those about this mandate.
    pub mandate_id: Option<String>,
    /// Only those made since then.
    pub since: Option<Millis>,
    /// Only refusals.
    pub refused: bool,
}

/// One decision. The row never cascades: it holds plain ids, and nobody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRecord {
    /// Its id: the change's, where it let one through.
    pub id: String,
    /// When it was made.
    pub at: Millis,
    /// What was asked.
    pub kind: QuestionKind,
    /// Whether the answer let something through.
    pub allowed: bool,
    /// Which mandate it is about.
    pub mandate_id: String,
    /// Which feature, where it is about one.
    pub feature_code: Option<String>,
    /// Which instance: the one to end or restore, or the one that was made.
    pub instance_id: Option<String>,
    /// The facts, JSON as it was handed to the policy.
    pub facts: String,
    /// SHA-256 of the module that decided.
    pub policy_digest: String,
    /// SHA-256 of the settings it decided under.
    pub settings_digest: String,
    /// The answer to the question, JSON.
    pub answer: String,
    /// Fuel that the call took; of several decisions of one request, that of all of them.
    pub fuel: i64,
    /// The trace id of the request.
    pub trace_id: String,
    /// The pseudonym of whoever asked; `None`: that user was gone before the decision was written.
    pub who: Option<String>,
}

/// A decision that lets something through, to be written with what it lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDecision {
    /// The decision.
    pub record: DecisionRecord,
    /// The key of the user whose pseudonym is in it, where that user had none. Somebody else's being first is
    /// [`StoreError::Conflict`].
    pub key: Option<UserKey>,
}

/// A decision with its place in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDecision {
    /// Rises with every decision that is written.
    pub seq: i64,
    /// The decision.
    pub record: DecisionRecord,
}

/// What a policy was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuestionKind {
    /// May this be activated or restored?
    Activation,
    /// May this be given up?
    Deactivation,
    /// Which mandates does the caller administer, and is a home mandate due?
    Mandates,
    /// May a colleague be given access?
    Sharing,
}

impl QuestionKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Activation, Self::Deactivation, Self::Mandates, Self::Sharing];

    /// The word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Deactivation => "deactivation",
            Self::Mandates => "mandates",
            Self::Sharing => "sharing",
        }
    }
}

/// What turns one user's id into a pseudonym: 64 hexadecimal digits. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PseudonymKey(String);

impl PseudonymKey {
    /// The key in these bytes.
    #[must_use]
    pub fn of(bytes: &[u8; 32]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// A key as it was stored.
    #[must_use]
    pub fn stored(digits: String) -> Self {
        Self(digits)
    }

    /// Its digits, to be stored or used.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PseudonymKey(…)")
    }
}

/// A user's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserKey {
    /// Whose.
    pub user_id: String,
    /// The key.
    pub key: PseudonymKey,
}

/// Somebody whom pseudonyms of the record stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The user's id.
    pub user_id: String,
    /// The user's name.
    pub username: String,
    /// The user's key.
    pub key: PseudonymKey,
}

/// A member of a mandate.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Member {
    /// The mandate.
    pub mandate_id: String,
    /// The user's id.
    pub user_id: String,
    /// The user's name.
    pub username: String,
}
