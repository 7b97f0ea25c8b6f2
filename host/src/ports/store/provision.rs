//! Home mandates: one per user, ever.

use async_trait::async_trait;

use super::{StoreError, audit::AuditEntry, decision::NewDecision};
use crate::ports::clock::Millis;

/// Makes home mandates.
#[async_trait]
pub trait ProvisionStore: Send + Sync {
    /// Writes the home mandate with role, membership and trial in one transaction, unless the user had one at any time.
    /// Returns whether it was written. The user is put on file if unknown. When somebody else gave the user the key of
    /// pseudonyms meanwhile, it is [`StoreError::Conflict`].
    ///
    /// # Errors
    /// [`StoreError`].
    async fn grant_home(&self, home: &HomeMandate) -> Result<bool, StoreError>;
}

/// A home mandate to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeMandate {
    /// Whose.
    pub user_id: String,
    /// Name of the user, for users that are not on file yet.
    pub username: String,
    /// Id of the mandate.
    pub mandate_id: String,
    /// Name of the mandate.
    pub name: String,
    /// Id and label of the admin role.
    pub admin_role: (String, String),
    /// Id of the membership.
    pub membership_id: String,
    /// Id of the subscription.
    pub subscription_id: String,
    /// Key of its plan.
    pub plan_key: String,
    /// End of its trial.
    pub trial_ends_at: Millis,
    /// Now.
    pub created_at: Millis,
    /// The decision that it is due.
    pub decision: NewDecision,
    /// Who asked for it, as it stands in the audit trail.
    pub note: AuditEntry,
}
