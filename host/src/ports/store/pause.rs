//! What stands still because an operator said so. All hosts of the database see it with their next statement.

use async_trait::async_trait;

use super::{StoreError, audit::AuditEntry};
use crate::ports::clock::Millis;

/// Pauses billing and lets it go on.
#[async_trait]
pub trait PauseStore: Send + Sync {
    /// The pause in force, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn billing_pause(&self) -> Result<Option<Pause>, StoreError>;

    /// Pauses billing from now on: no operation is claimed or formed until it is resumed. What is under way goes on. False
    /// when it was paused already; then nothing is written.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn pause_billing(&self, entry: &AuditEntry) -> Result<bool, StoreError>;

    /// Lets billing go on. False when it was not paused; then nothing is written.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn resume_billing(&self, entry: &AuditEntry) -> Result<bool, StoreError>;
}

/// A pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub since: Millis,
    /// Who paused it.
    pub actor: String,
    /// Why.
    pub reason: String,
}
