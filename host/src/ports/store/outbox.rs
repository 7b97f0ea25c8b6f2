//! Notices to a mandate's admins, written with the state change and mailed later.

use async_trait::async_trait;

use super::{StoreError, snapshot::MembershipRecord};
use crate::ports::clock::Millis;

/// Hands out notices that are due and records what became of them.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Takes all unsent notices of one mandate whose oldest is due (its change became effective for the members at least
    /// `window` ago, and it is not put off), under a lease in database time. A notice belongs to a change: it is looked at
    /// only once that change is done, or at once when the change does not wait for billing.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn claim_notices(&self, now: Millis, window: i64, lease: i64) -> Result<Option<Digest>, StoreError>;

    /// Records that the notices were handed over (or logged, where there is no mail server).
    ///
    /// # Errors
    /// [`StoreError`].
    async fn sent(&self, notice_ids: &[String], at: Millis) -> Result<(), StoreError>;

    /// Records a failed attempt: put off until `retry_at`, or dead when `None`.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn not_sent(&self, notice_ids: &[String], retry_at: Option<Millis>, cause: &str) -> Result<(), StoreError>;
}

/// A notice to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Its id, also the event id in logs.
    pub id: String,
    /// The change it tells of.
    pub change_id: String,
    /// Whose admins are told.
    pub mandate_id: String,
    /// Subject line.
    pub subject: String,
    /// What happened, in one line.
    pub headline: String,
    /// Details.
    pub body_paragraphs: Vec<String>,
    /// When it was written.
    pub created_at: Millis,
}

/// All that one mandate's admins are told in one mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The mandate.
    pub mandate_id: String,
    /// The mandate's label, else its name.
    pub mandate_label: String,
    /// The notices, in order.
    pub notices: Vec<NewNotice>,
    /// How often sending was tried.
    pub attempts: i64,
    /// Members with a mail address, as the rules need them to tell who is an admin.
    pub members: Vec<Recipient>,
}

/// A member who may have to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Address.
    pub email: String,
    /// The membership with its roles.
    pub membership: MembershipRecord,
}
