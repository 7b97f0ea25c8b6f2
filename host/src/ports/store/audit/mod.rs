//! The audit trail: everything that changed, written down in the transaction that changes it, never changed afterwards, and
//! sealed into a chain in which a gap shows.

pub mod chain;
pub mod state;

use std::{collections::BTreeSet, fmt};

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::StoreError;
use crate::ports::clock::Millis;

/// Members of states that hold the id of a user, wherever they stand.
const NAMES_A_USER: [&str; 5] = ["userId", "homeOf", "activatedBy", "endedBy", "byUserId"];

/// Seals, reads and removes what is on the trail. What is written down is written by the stores whose changes it tells of.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Gives the oldest entries without a seal, at most `most`, their numbers, in one transaction. Returns how many.
    /// While another host does so it is 0 at once, unless `patiently`: then that is waited for.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was sealed then.
    async fn seal(&self, most: i64, patiently: bool) -> Result<u64, StoreError>;

    /// Entries, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn audited(&self, filter: &AuditFilter, limit: i64) -> Result<Vec<AuditRecord>, StoreError>;

    /// The entry of a number.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn audited_as(&self, number: i64) -> Result<Option<AuditRecord>, StoreError>;

    /// Where the chain begins and ends, and what has no seal.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn chain(&self) -> Result<ChainState, StoreError>;

    /// The seals behind a number, in order, at most `limit`, each with the entry that it is of.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn links(&self, after: i64, limit: i64) -> Result<Vec<Link>, StoreError>;

    /// Entries that have no seal and wait for none, by their places, at most `limit`; and those that wait and are not there.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn strays(&self, limit: i64) -> Result<Vec<Stray>, StoreError>;

    /// Removes the oldest entries that are sealed, from the front as far as they are from before `before`, at most `most`,
    /// and leaves the number and hash of the last one as the anchor of the rest. `entry` is added where any were, with
    /// those. Returns how many.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn forget_audited(&self, before: Millis, most: i64, entry: &AuditEntry) -> Result<u64, StoreError>;
}

/// The words for an erasure, as entries have them.
pub const ERASE: &str = "erase audit";
/// The words for the removal of what is old.
pub const FORGET: &str = "forget audit";

/// Who changed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A user, by id.
    User(String),
    /// A service of the embedding product, by the name in its token.
    Service(String),
    /// An operator, as user@host of the machine on which the command ran.
    Operator(String),
    /// A part of Turnpike by itself.
    System(&'static str),
    /// As it was written down.
    Written(String),
}

impl fmt::Display for Who {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(out, "user:{id}"),
            Self::Service(name) => write!(out, "service:{name}"),
            Self::Operator(name) => write!(out, "operator:{name}"),
            Self::System(part) => write!(out, "system:{part}"),
            Self::Written(text) => out.write_str(text),
        }
    }
}

impl Who {
    /// Who it is, without the word for what they are.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Service(name) | Self::Operator(name) | Self::Written(name) => name,
            Self::System(part) => part,
        }
    }
}

/// From where something was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address as the host knows it; of a command the machine's name.
    pub address: Option<String>,
    /// The trace id of the request.
    pub trace_id: Option<String>,
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Millis,
    /// Who did it.
    pub who: Who,
    /// From where.
    pub origin: Origin,
    /// What, in the words of the command line, such as `ledger resolve`, or `put user`.
    pub action: String,
    /// What it was done to, such as the id of an operation.
    pub subject: String,
    /// The mandate that it is in, if it is in one.
    pub mandate_id: Option<String>,
    /// Why, in the operator's words; empty where nobody said.
    pub reason: String,
    /// The state before; `None` when it was not there.
    pub before: Option<Value>,
    /// The state after; `None` when it is not there any more.
    pub after: Option<Value>,
    /// What else there is to know. The store adds what it found.
    pub detail: Map<String, Value>,
    /// Users whom it names without their being in a state: [`people`](Self::people) tells all.
    pub about: Vec<String>,
}

impl AuditEntry {
    /// An entry that says who did what to what, and nothing else yet.
    #[must_use]
    pub fn new(at: Millis, who: Who, action: impl Into<String>, subject: impl Into<String>) -> Self {
        Self {
            at,
            who,
            origin: Origin::default(),
            action: action.into(),
            subject: subject.into(),
            mandate_id: None,
            reason: String::new(),
            before: None,
            after: None,
            detail: Map::new(),
            about: Vec::new(),
        }
    }

    /// The ids of all users whom it names, each once, in order.
    #[must_use]
    pub fn people(&self) -> BTreeSet<&str> {
        let mut people: BTreeSet<&str> = self.about.iter().map(String::as_str).collect();
        if let Who::User(id) = &self.who {
            people.insert(id);
        }
        for state in self.before.iter().chain(&self.after) {
            named(state, &mut people);
        }
        for (name, value) in &self.detail {
            member(name, value, &mut people);
        }
        people
    }
}

fn named<'a>(state: &'a Value, people: &mut BTreeSet<&'a str>) {
    match state {
        Value::Object(members) => members.iter().for_each(|(name, value)| member(name, value, people)),
        Value::Array(values) => values.iter().for_each(|value| named(value, people)),
        _ => {}
    }
}

fn member<'a>(name: &str, value: &'a Value, people: &mut BTreeSet<&'a str>) {
    match value.as_str() {
        Some(id) if NAMES_A_USER.contains(&name) => {
            people.insert(id);
        }
        _ => named(value, people),
    }
}

/// Which entries. Every field that is `None` leaves out nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only those since then.
    pub since: Option<Millis>,
    /// Only those in this mandate.
    pub mandate_id: Option<String>,
    /// Only those of this one: as it is written down, or what stands behind its colon.
    pub who: Option<String>,
    /// Only those about this one.
    pub subject: Option<String>,
}

/// An entry as it is on the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its number in the chain; `None` while it has no seal.
    pub number: Option<i64>,
    /// When.
    pub at: Millis,
    /// What is left of it.
    pub kept: Kept,
}

/// What is left of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All of it.
    Whole(Box<AuditEntry>),
    /// Its seal.
    Erased {
        /// Since when.
        at: Millis,
        /// Why.
        reason: String,
    },
}

/// Number and hash of a seal, which stand for all that is before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The number.
    pub number: i64,
    /// The hash.
    pub hash: String,
}

/// Where the chain begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainState {
    /// The newest seal, as whoever sealed last left it.
    pub newest: Anchor,
    /// What the first seal that is kept follows.
    pub anchor: Anchor,
    /// Entries that wait for their seals.
    pub unsealed: i64,
    /// For how long the oldest of them has waited, in milliseconds.
    pub oldest_unsealed: i64,
}

/// A seal with the entry that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub number: i64,
    /// The place of the entry.
    pub entry: i64,
    /// When the entry was made, as the seal says.
    pub at: Millis,
    /// The entry's digest, as the seal says.
    pub digest: String,
    /// The seal's hash.
    pub hash: String,
    /// What is there of the entry.
    pub found: Found,
}

/// What is there of a sealed entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// All of it, with its salt.
    Whole(Box<chain::Written>, String),
    /// It was erased.
    Erased,
    /// Nothing.
    Missing,
}

/// What is out of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stray {
    /// An entry without a seal that waits for none, by its place.
    Unsealed(i64),
    /// An entry that waits for its seal and is not there.
    Missing(i64),
}
