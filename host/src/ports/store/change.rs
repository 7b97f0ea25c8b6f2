//! Changes: one request's wish, and at the same time its stored answer.

use async_trait::async_trait;
use core_wasm::{reason::Reason, settings::Gate};

use super::{StoreError, snapshot::RequestKey};
use crate::ports::clock::Millis;

/// Reads changes.
#[async_trait]
pub trait ChangeStore: Send + Sync {
    /// One change by its id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn change(&self, id: &str) -> Result<Option<ChangeRecord>, StoreError>;

    /// All changes of a batch, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn batch(&self, id: &str) -> Result<Vec<ChangeRecord>, StoreError>;

    /// Changes of a mandate, newest first: those that are not settled, or were since an instant.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn changes(&self, listing: &Listing) -> Result<Vec<ListedChange>, StoreError>;
}

/// Which changes to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Of which mandate.
    pub mandate_id: String,
    /// Only those of this user.
    pub user_id: Option<String>,
    /// Only those that were settled later, if they are settled.
    pub settled_after: Millis,
    /// Only those before this one.
    pub before: Option<String>,
    /// At most so many.
    pub limit: i64,
}

/// One request's wish. The row never cascades: it holds plain ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRecord {
    /// Its id.
    pub id: String,
    /// What it wishes.
    pub kind: ChangeKind,
    /// How far it is.
    pub state: ChangeState,
    /// In which mandate.
    pub mandate_id: String,
    /// Of which feature.
    pub feature_code: String,
    /// Which instance it makes or ends.
    pub instance_id: String,
    /// Who asked.
    pub user_id: String,
    /// Whose access goes (`end`, `leave`) or comes (`share`), if not the initiator's.
    pub subject_id: Option<String>,
    /// Whether the instance ends with it.
    pub ends_instance: bool,
    /// Our id of the subscription that billing must change; `None` = billing is not concerned.
    pub subscription_id: Option<String>,
    /// What of billing the instance waits for; `None` = for nothing.
    pub gate: Option<Gate>,
    /// From when on it is charged or credited.
    pub effective_at: Millis,
    /// When it was written.
    pub created_at: Millis,
    /// When it was done, failed or cancelled.
    pub settled_at: Option<Millis>,
    /// The operation that carries it.
    pub operation_id: Option<String>,
    /// Why it failed.
    pub reasons: Vec<Reason>,
    /// The request's idempotency key.
    pub key: Option<RequestKey>,
    /// Digest of the policy that allowed it.
    pub policy_digest: String,
    /// What it is done with, as one or not at all.
    pub batch: Option<Batch>,
    /// The quote that it is held to.
    pub quote_id: Option<String>,
}

/// A change in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedChange {
    /// The change.
    pub change: ChangeRecord,
    /// Name of the user who asked for it, where that user is still on file.
    pub by: Option<String>,
}

/// Several changes of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The same for all of them.
    pub id: String,
    /// Of the first one, which also has the request's key: digest of all that was wished.
    pub wish: Option<String>,
}

impl ChangeRecord {
    /// Whether the instance waits for billing.
    #[must_use]
    pub fn is_gated(&self) -> bool {
        self.gate.is_some()
    }

    /// Whether an operation carries it without others than those of its batch: it has an instant, and a price, of its own.
    #[must_use]
    pub fn stays_alone(&self) -> bool {
        self.batch.is_some() || self.quote_id.is_some()
    }

    /// Whether both are of one batch.
    #[must_use]
    pub fn is_with(&self, other: &Self) -> bool {
        self.batch.as_ref().zip(other.batch.as_ref()).is_some_and(|(one, another)| one.id == another.id)
    }
}

/// What a change wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A new instance.
    Activate,
    /// An ended instance back.
    Restore,
    /// An instance ends and leaves the bill.
    End,
    /// An access goes, the instance stays.
    Leave,
    /// A colleague gets an access, or another role.
    Share,
    /// The end of an instance that billing has not confirmed yet; becomes `End` if billing confirms it.
    Withdraw,
}

/// How far a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeState {
    /// Waits for an operation.
    Queued,
    /// An operation carries it.
    Billing,
    /// Done.
    Done,
    /// Refused by billing; everything it wrote is gone.
    Failed,
    /// Given up before a byte was sent.
    Cancelled,
}

impl ChangeKind {
    /// The word stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Restore => "restore",
            Self::End => "end",
            Self::Leave => "leave",
            Self::Share => "share",
            Self::Withdraw => "withdraw",
        }
    }
}

impl ChangeState {
    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Billing => "billing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will happen.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}
