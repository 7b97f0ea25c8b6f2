//! The machine API's use cases: the embedding product tells who is who and what there is, entry by entry.
//!
//! A change is one transaction under the lock of the mandate that it is about: the entry as it stands, the precondition,
//! what speaks against it, what follows from it for instances and their bill, the entry, and who did it. What follows is
//! decided by the policy and carried out by the ledger, as if an admin had asked for it.

pub mod catalog;

mod belonging;
mod billing;
mod closing;
mod delete;
mod ending;
mod person;
mod precondition;
mod put;
mod read;
mod refusal;
mod settled;

use std::sync::Arc;

pub use self::{
    delete::Deleted,
    precondition::Precondition,
    put::{Put, Wish},
    read::{LONGEST_PAGE, Page},
    refusal::Refusal,
};
use crate::{
    ledger::Ledger,
    policy::{Current, PolicyError},
    ports::{
        clock::Clock,
        ids::Ids,
        randomness::Secrets,
        store::{Conflict, Store, StoreError, audit::AuditEntry, change::ChangeRecord, transfer::LoadError},
    },
    transfer::TransferError,
};
pub use crate::{
    ports::store::directory::Closing,
    transfer::{Entry, EntryFault, Kind},
};

/// How the name of a service begins where operators are named, too.
const SERVICE: &str = "service:";

/// How often a change is begun anew that somebody else overtook.
const MOST_TRIES: usize = 5;

/// Where entries are read and changed. Cheap to clone.
#[derive(Clone)]
pub struct Directory {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    policy: Current,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    secrets: Arc<dyn Secrets>,
    /// Language of mails.
    mail_locale: core_wasm::texts::Locale,
}

/// Who asks: a service of the embedding product, or an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// As it is written down: `service:` and the service's name, or user@host.
    name: String,
    /// Why, as it is written down.
    reason: String,
    /// The trace id of the request, or of what the operator does.
    trace_id: String,
}

/// Why an entry was not changed.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Something speaks against it.
    #[error("{0:?}")]
    Refused(Refusal),
    /// Others changed the same again and again.
    #[error("others changed the same at the same time")]
    Overtaken,
    /// The store went away in the middle of a commit: whether it happened is not known.
    #[error("the store did not say whether the change was committed")]
    Uncertain,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policy gave no answer, or refused what follows.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// What is stored is no entry.
    #[error(transparent)]
    Unwritable(#[from] TransferError),
}

impl Directory {
    /// A directory over a store, whatever policy decides, and a ledger.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        policy: Current,
        ledger: Ledger,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        secrets: Arc<dyn Secrets>,
        mail_locale: core_wasm::texts::Locale,
    ) -> Self {
        Self { inner: Arc::new(Inner { store, policy, ledger, clock, ids, secrets, mail_locale }) }
    }

    /// What is written down about a change of an entry.
    fn note(&self, actor: &Actor, verb: &str, kind: Kind, name: &str) -> AuditEntry {
        AuditEntry {
            at: self.inner.clock.now(),
            actor: actor.name.clone(),
            action: format!("{verb} {}", kind.word()),
            subject: name.to_owned(),
            reason: actor.reason.clone(),
            detail: serde_json::Map::new(),
        }
    }

    /// Lets the ledger bill what was committed.
    fn bill(&self, changes: &[ChangeRecord]) {
        for change in changes.iter().filter(|change| !change.state.is_settled()) {
            self.inner.ledger.queued(change);
        }
    }
}

impl Actor {
    /// A service, by its name. No user has an id like this by accident.
    #[must_use]
    pub fn service(name: &str, trace_id: String) -> Self {
        Self { name: format!("{SERVICE}{name}"), reason: format!("trace {trace_id}"), trace_id }
    }

    /// An operator, as user@host.
    #[must_use]
    pub const fn operator(name: String, reason: String, trace_id: String) -> Self {
        Self { name, reason, trace_id }
    }

    /// Whoever began something that a host goes on with, as it is on file.
    fn on_file(name: String) -> Self {
        Self { name, reason: "trace none".to_owned(), trace_id: "none".to_owned() }
    }

    /// As it is written down.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The service's own name; of an operator user@host.
    #[must_use]
    pub fn service_name(&self) -> &str {
        self.name.strip_prefix(SERVICE).unwrap_or(&self.name)
    }

    /// The trace id of the request, or of what the operator does.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// Why, as it is written down.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl From<Refusal> for DirectoryError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<EntryFault> for DirectoryError {
    fn from(fault: EntryFault) -> Self {
        Self::Refused(Refusal::Invalid(fault))
    }
}

impl From<LoadError> for DirectoryError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Dangling { field, value, .. } => Refusal::Dangling { field, value }.into(),
            LoadError::Taken { field, value, .. } => Refusal::Taken { field, value }.into(),
            LoadError::BillingOpen { open } => Refusal::BillingOpen { open }.into(),
            LoadError::Store(error) => error.into(),
        }
    }
}

/// Whether somebody else was faster, so that all is to be looked at anew.
fn is_overtaken(error: &DirectoryError) -> bool {
    matches!(
        error,
        DirectoryError::Overtaken
            | DirectoryError::Store(StoreError::Conflict { what: Conflict::Other | Conflict::UnresolvedOperation })
    )
}

/// What should not be: the store contradicts the decision that was made on it.
fn inconsistent(cause: &str) -> DirectoryError {
    DirectoryError::Store(StoreError::Inconsistent { cause: cause.to_owned() })
}
