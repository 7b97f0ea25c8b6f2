//! Notices to a mandate's admins, written with the state change and mailed later.

use async_trait::async_trait;

use super::{StoreError, audit::AuditEntry, snapshot::MembershipRecord};
use crate::ports::clock::Millis;

/// Hands out notices that are due and records what became of them.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Takes the notices of one mail under a lease in database time: those of a mail that was tried before and is due
    /// again, else all unsent notices of one mandate whose oldest is at least `window` old. From then on they are one mail:
    /// what is written later goes with the next. A notice belongs to a change: it is looked at only once that change is
    /// done, or at once when the change does not wait for billing.
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

    /// Notices that are not sent, in the order they were written. With `dead_only` those that were given up.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn unsent(&self, dead_only: bool, limit: i64) -> Result<Vec<UnsentNotice>, StoreError>;

    /// Makes notices due again that were given up or put off, with the audit entry in one transaction. The whole mail of a
    /// notice goes, under the Message-ID it had. Returns how many notices are due again; with none, nothing is written.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn retry(&self, which: &Retry, entry: &AuditEntry) -> Result<u64, StoreError>;
}

/// Which notices are to be tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retry {
    /// One, by its id, with the others of its mail.
    Notice(String),
    /// All that were given up.
    AllDead,
}

/// A notice that is not sent, as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsentNotice {
    /// Its id.
    pub id: String,
    /// The mail that carries it, from its first attempt on.
    pub mail_id: Option<String>,
    /// Whose admins are to be told.
    pub mandate_id: String,
    /// Subject line.
    pub subject: String,
    /// Given up?
    pub dead: bool,
    /// Failed attempts.
    pub attempts: i64,
    /// Not tried before.
    pub not_before: Millis,
    /// When it was written.
    pub created_at: Millis,
    /// What the last attempt came to.
    pub last_error: Option<String>,
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
    /// The mail's id, the same whenever it is tried: the id of the notice for which it was begun.
    pub mail_id: String,
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
