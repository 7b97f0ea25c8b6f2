//! The archive of policy modules, and what decides on each host.

use async_trait::async_trait;

use super::{StoreError, audit::AuditEntry};
use crate::ports::clock::Millis;

/// Keeps every module that ever decided, and what each host that runs decides with.
#[async_trait]
pub trait PolicyStore: Send + Sync {
    /// Keeps a module under its digest, once, and remembers that it comes into use now, if it does. A host calls this
    /// before its first decision: what decided can always be replayed and brought back.
    ///
    /// A module comes into use when the first host swaps to it; the hosts after that one only follow. A start brings into
    /// use what is new, or what hosts have while none runs that has the module in use: a host that starts with an older
    /// file than the others changes nothing about what the others run.
    ///
    /// Where it comes into use in place of another, `entry` is written down with both digests in the same transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn keep_policy(
        &self,
        digest: &str,
        module: &[u8],
        begun: Begun,
        entry: &AuditEntry,
    ) -> Result<(), StoreError>;

    /// Remembers that a module of the archive comes into use now, by a rollback.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn bring_back_policy(&self, digest: &str) -> Result<(), StoreError>;

    /// A module of the archive; `None` when it never decided here.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Inconsistent`] when what is kept is not readable.
    async fn kept_policy(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// The modules of the archive without their bytes, the one that came into use last first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn kept_policies(&self) -> Result<Vec<KeptPolicy>, StoreError>;

    /// Remembers what a host decides with, and forgets hosts that have told nothing for `stale` milliseconds.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn report_policy(&self, report: &HostPolicy, stale: i64) -> Result<(), StoreError>;

    /// Forgets a host that stops.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn forget_policy(&self, host: &str) -> Result<(), StoreError>;

    /// What the hosts told that spoke within `stale` milliseconds, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn host_policies(&self, stale: i64) -> Result<Vec<HostPolicy>, StoreError>;
}

/// How a host comes to decide with a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It starts with it. Hosts count as running that told something within `stale` milliseconds.
    Start {
        /// As for [`PolicyStore::host_policies`].
        stale: i64,
    },
    /// Its file changed while it runs.
    Swap,
}

/// A module of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPolicy {
    /// SHA-256 in lower-case hexadecimal.
    pub digest: String,
    /// When a host began to decide with it for the first time, by the database's clock.
    pub first_used_at: Millis,
    /// When it last came into use, by the database's clock.
    pub used_at: Millis,
    /// Whether that was by a rollback.
    pub brought_back: bool,
}

/// What one host decides with.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct HostPolicy {
    /// The id that it takes leases under; another one after each start.
    pub host: String,
    /// Its machine and address, for people.
    pub name: String,
    /// SHA-256 of the module.
    pub policy_digest: String,
    /// SHA-256 of the settings.
    pub settings_digest: String,
    /// Why the file that it is told to use does not decide; `None` when it does, or when there is none.
    pub refused: Option<String>,
}
