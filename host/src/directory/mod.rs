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
mod suspension;
pub mod trail;

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
        clock::{Clock, Millis},
        ids::Ids,
        randomness::Secrets,
        store::{
            Conflict, Store, StoreError,
            audit::{AuditEntry, Origin, Who},
            change::ChangeRecord,
            transfer::LoadError,
        },
    },
    transfer::TransferError,
};
pub use crate::{
    ports::store::directory::Closing,
    transfer::{Entry, EntryFault, Kind},
};

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
    who: Who,
    /// From where, with the trace id of the request.
    origin: Origin,
    /// Why, in an operator's words.
    reason: String,
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

    /// What is written down about a change of an entry: all of it before and after.
    fn note(
        &self,
        actor: &Actor,
        verb: &str,
        before: Option<&Entry>,
        after: Option<&Entry>,
    ) -> Result<AuditEntry, DirectoryError> {
        let entry = trail::of_entry(self.inner.clock.now(), actor.who.clone(), verb, before, after)?;
        Ok(AuditEntry { origin: actor.origin.clone(), reason: actor.reason.clone(), ..entry })
    }

    /// Lets the ledger bill what was committed.
    fn bill(&self, changes: &[ChangeRecord]) {
        for change in changes.iter().filter(|change| !change.state.is_settled()) {
            self.inner.ledger.queued(change);
        }
    }
}

impl Actor {
    /// A service, by its name.
    #[must_use]
    pub const fn service(name: String, origin: Origin) -> Self {
        Self { who: Who::Service(name), origin, reason: String::new() }
    }

    /// An operator, as user@host.
    #[must_use]
    pub const fn operator(name: String, origin: Origin, reason: String) -> Self {
        Self { who: Who::Operator(name), origin, reason }
    }

    /// Whoever began something that a host goes on with, as it is on file.
    fn on_file(text: String) -> Self {
        Self { who: Who::Written(text), origin: Origin::default(), reason: String::new() }
    }

    /// Who it is.
    #[must_use]
    pub const fn who(&self) -> &Who {
        &self.who
    }

    /// From where.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Something that is about to be done, as it is written down.
    #[must_use]
    pub fn deed(&self, at: Millis, action: &str, subject: &str) -> AuditEntry {
        let entry = AuditEntry::new(at, self.who.clone(), action, subject);
        AuditEntry { origin: self.origin.clone(), reason: self.reason.clone(), ..entry }
    }

    /// Where a user's id stands otherwise: no user has an id like this by accident.
    fn subject(&self) -> String {
        self.who.to_string()
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
