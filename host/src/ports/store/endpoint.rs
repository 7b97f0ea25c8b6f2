//! Endpoints: where events are sent, and what they are signed with.

use async_trait::async_trait;
use secrecy::SecretString;

use super::{StoreError, audit::AuditEntry, event::EventKind};
use crate::ports::clock::Millis;

/// Keeps endpoints. What changes one is written with an audit entry, in one transaction; with nothing to change neither is.
#[async_trait]
pub trait EndpointStore: Send + Sync {
    /// Endpoints by age, after the one of this id (all without one, none after one that is unknown), at most so many.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn endpoints(&self, after: Option<&str>, limit: i64) -> Result<Vec<Endpoint>, StoreError>;

    /// One endpoint.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn endpoint(&self, id: &str) -> Result<Option<Endpoint>, StoreError>;

    /// Adds an endpoint with its first secret. What happened before is not sent to it by itself.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn add_endpoint(
        &self,
        endpoint: &Endpoint,
        secret: &SecretString,
        entry: &AuditEntry,
    ) -> Result<(), StoreError>;

    /// Changes what is named. What waits for an endpoint that is switched off is given up. False when it is unknown.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn amend_endpoint(
        &self,
        id: &str,
        amendment: &EndpointAmendment,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Removes an endpoint with its secrets and all that was to be sent to it. False when it is unknown.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_endpoint(&self, id: &str, entry: &AuditEntry) -> Result<bool, StoreError>;

    /// Adds a secret; the others are in force until `others_until` at the latest. False when the endpoint is unknown.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn add_secret(
        &self,
        endpoint_id: &str,
        secret: &SecretString,
        others_until: Millis,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError>;
}

/// Where events are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: String,
    /// Its address.
    pub url: String,
    /// What it is told; nothing named: everything.
    pub kinds: Vec<EventKind>,
    /// For people.
    pub description: Option<String>,
    /// Whether anything is sent there.
    pub state: EndpointState,
    /// When it was added.
    pub created_at: Millis,
}

/// What is to be another thing about an endpoint; `None`: as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointAmendment {
    /// Its address.
    pub url: Option<String>,
    /// What it is told.
    pub kinds: Option<Vec<EventKind>>,
    /// The description, or none any more.
    pub description: Option<Option<String>>,
    /// Switched on (also one that was gone) or off.
    pub enabled: Option<bool>,
}

/// Whether events are sent to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointState {
    /// They are.
    Enabled,
    /// Somebody switched it off.
    Disabled,
    /// It answered 410: it wants no more.
    Gone,
}

impl EndpointState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Enabled, Self::Disabled, Self::Gone];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Gone => "gone",
        }
    }
}
