//! Taking people and mandates out for good, with a receipt, and handing over what is on file about them.
//!
//! A person's memberships and accesses end as the machine API ends them. Once no change of theirs is under way and every
//! endpoint was told, one transaction takes the id, the name and the mail address out of every table. What must stay, stays
//! under a name made by chance, of which nothing is kept that leads back.

pub mod export;
mod mandate;
mod person;
mod receipt;

use std::{sync::Arc, time::Duration};

pub use self::{
    mandate::MandateWaits,
    receipt::{Kept, Receipt},
};
use crate::{
    directory::{Directory, DirectoryError},
    ports::{
        clock::Clock,
        randomness::Secrets,
        store::{
            Store, StoreError,
            erasure::{Outlook, UnderWay},
        },
    },
};

/// How long is waited before what was under way is looked at again.
const PAUSE: Duration = Duration::from_millis(250);

/// Erases. Cheap to clone.
#[derive(Clone)]
pub struct Erasure {
    store: Arc<dyn Store>,
    directory: Directory,
    clock: Arc<dyn Clock>,
    secrets: Arc<dyn Secrets>,
}

/// What came of an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<W> {
    /// It is done.
    Done(Box<Receipt>),
    /// It was done before.
    DoneBefore,
    /// It is begun: what was to end ends. The rest waits for this; the same again goes on.
    Waits(W),
}

/// What is going to happen to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Name, while the user is on file.
    pub username: Option<String>,
    /// Mandate by mandate, each with what one instance costs there per period, in minor units with the currency, where it
    /// costs anything.
    pub mandates: Vec<(Outlook, Option<(i64, String)>)>,
    /// Whether nothing is left to be done.
    pub is_done: bool,
}

/// Why nothing was erased or handed over.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// Nobody here has this id.
    #[error(
        "nothing is on file about a user `{id}`: `GET /api/admin/users` and `turnpike export` list the ids there are"
    )]
    NoPerson {
        /// As asked.
        id: String,
    },
    /// No mandate here has this id.
    #[error(
        "nothing is on file about a mandate `{id}`: `GET /api/admin/mandates` and `turnpike export` list the ids there are"
    )]
    NoMandate {
        /// As asked.
        id: String,
    },
    /// The end of memberships, accesses or the mandate failed.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something cannot be written as JSON.
    #[error(transparent)]
    Unwritable(#[from] serde_json::Error),
    /// What is stored is no document.
    #[error(transparent)]
    Document(#[from] crate::transfer::TransferError),
}

/// What an erasure of a person waits for.
pub type PersonWaits = UnderWay;

impl Erasure {
    /// Erasure on a store; what is to end ends through the directory.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, directory: Directory, clock: Arc<dyn Clock>, secrets: Arc<dyn Secrets>) -> Self {
        Self { store, directory, clock, secrets }
    }

    /// A name that stands for somebody of whom nothing more is known.
    fn tombstone(&self) -> String {
        let name: String = self.secrets.key().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("erased:{name}")
    }
}

/// How often to look until the time is over.
fn looks(wait: Duration) -> u128 {
    wait.as_millis().checked_div(PAUSE.as_millis()).unwrap_or(0).saturating_add(1)
}
