//! The short transaction under a mandate's lock, in which a decision is made once more and written.

use async_trait::async_trait;

use super::{
    StoreError,
    audit::AuditEntry,
    binding::{BoundSubscription, LockedBinding, Look},
    change::ChangeRecord,
    decision::NewDecision,
    operation::{LedgerView, NewOperation},
    outbox::NewNotice,
    snapshot::{Ask, CapsRecord, EndedAccess, Snapshot},
    standing::{MandateStanding, ToldState},
};
use crate::ports::clock::Millis;

/// Begins transactions.
#[async_trait]
pub trait TransactionStore: Send + Sync {
    /// Begins a transaction and takes the mandate's lock, by a statement of its own before anything is read. A mandate
    /// that does not exist locks nothing. Dropping the transaction rolls it back.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn begin(&self, mandate_id: &str) -> Result<Box<dyn MandateTransaction>, StoreError>;
}

/// What can be done under the lock.
#[async_trait]
pub trait MandateTransaction: Send {
    /// The snapshot as it stands under the lock, in one SQL statement.
    async fn snapshot(&mut self, ask: &Ask) -> Result<Snapshot, StoreError>;

    /// Writes an instance with roles and accesses, its change and, where it starts at once, its operation. Returns the
    /// operation's place in the ledger (`seq`).
    async fn reserve(&mut self, rows: &Reservation) -> Result<Option<i64>, StoreError>;

    /// Ends an active instance: the row, its roles and accesses go, the memory of it is kept for a restore. Returns the
    /// operation's place in the ledger (`seq`), where one starts at once.
    async fn end(&mut self, rows: &EndRows) -> Result<Option<i64>, StoreError>;

    /// Marks an active instance to be ended when the operation that carries the change is confirmed; until then it stays
    /// as it is. When another batch ends it, or billing settled something since the snapshot, it is
    /// [`StoreError::Conflict`].
    async fn reserve_end(&mut self, rows: &ReservedEnd) -> Result<(), StoreError>;

    /// Writes the operation of a batch whose changes name it already. Returns its place in the ledger (`seq`).
    async fn operate(&mut self, operation: &NewOperation) -> Result<i64, StoreError>;

    /// Uses a quote for a change, once: false when it is used already.
    async fn use_quote(&mut self, quote_id: &str, change_id: &str) -> Result<bool, StoreError>;

    /// Sets what a mandate's admins allow at most, and writes down who did.
    async fn cap(&mut self, mandate_id: &str, caps: &CapsRecord, note: &AuditEntry) -> Result<(), StoreError>;

    /// Approves a request for a feature by the change that activates it: false when the request is not open.
    async fn approve(&mut self, request_id: &str, change_id: &str) -> Result<bool, StoreError>;

    /// Takes one access away, the instance stays. When there is none any more, it is [`StoreError::Conflict`].
    async fn leave(&mut self, rows: &LeaveRows) -> Result<(), StoreError>;

    /// Gives somebody access to an active instance, or another role there. When the access that was found is not there any
    /// more, it is [`StoreError::Conflict`].
    async fn share(&mut self, rows: &ShareRows) -> Result<(), StoreError>;

    /// Withdraws a reserved instance: takes its accesses away. When its activation still waits (`queued`), activation
    /// and instance are cancelled at once; when an operation carries it, the instance is marked and the `Withdraw`
    /// change waits for the operation's settlement. Returns whether it is gone at once. When billing settled the
    /// activation since the snapshot, it is [`StoreError::Conflict`]: begin anew.
    async fn withdraw(&mut self, rows: &WithdrawRows) -> Result<bool, StoreError>;

    /// What the runner needs to form the next operation of a subscription.
    async fn ledger(&mut self, subscription_id: &str) -> Result<LedgerView, StoreError>;

    /// Writes an operation and marks its changes as carried by it. Returns its place in the ledger (`seq`).
    async fn form(&mut self, operation: &NewOperation, change_ids: &[String]) -> Result<i64, StoreError>;

    /// The subscription that a look is about, as it is; `None` when a newer look was written or it is bound to something
    /// else by now.
    async fn binding(&mut self, look: &Look) -> Result<Option<LockedBinding>, StoreError>;

    /// Writes what a look found. Where the subscription is another thing then, `entry` says so.
    async fn amend(
        &mut self,
        look: &Look,
        after: &BoundSubscription,
        entry: Option<&AuditEntry>,
    ) -> Result<(), StoreError>;

    /// Writes an operation that carries no change: it lowers what the provider counts too much. `credit_from` is kept
    /// as owed when the provider cannot credit from then on; `entry` says who did it.
    async fn correct(
        &mut self,
        operation: &NewOperation,
        credit_from: Option<Millis>,
        entry: &AuditEntry,
    ) -> Result<(), StoreError>;

    /// How the mandate's active instances stand under the lock; `None` when it has none.
    async fn standing(&mut self, mandate_id: &str) -> Result<Option<MandateStanding>, StoreError>;

    /// Tells of the mandate's active instances, those that are switched on or those that are not, that they stand so now,
    /// as far as they were told to stand otherwise. Returns how many those were.
    async fn tell_standing(
        &mut self,
        mandate_id: &str,
        enabled: bool,
        state: ToldState,
        at: Millis,
    ) -> Result<u64, StoreError>;

    /// Commits.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// What an activation or restore writes.
#[derive(Clone, Debug)]
pub struct Reservation {
    /// The change. Its state is `Billing` when `operation` is set, `Done` when nothing waits, else `Queued`.
    pub change: ChangeRecord,
    /// Label of the instance.
    pub label: Option<String>,
    /// True when the instance is usable at once (not gated).
    pub active: bool,
    /// Roles of the instance: id and label, in order.
    pub roles: Vec<(String, String)>,
    /// Accesses with their roles.
    pub accesses: Vec<NewAccess>,
    /// The operation that carries the change at once.
    pub operation: Option<NewOperation>,
    /// The notice to the admins; due once the change is done.
    pub notice: NewNotice,
    /// The decision that let it through.
    pub decision: NewDecision,
    /// Who did it, as it stands in the audit trail.
    pub note: AuditEntry,
}

/// An access to be written.
#[derive(Clone, Debug)]
pub struct NewAccess {
    /// Its id.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// Enabled?
    pub enabled: bool,
    /// Ids of its roles, among the roles of the instance.
    pub role_ids: Vec<String>,
}

/// What the end of an instance writes.
#[derive(Clone, Debug)]
pub struct EndRows {
    /// The change. Its state is `Billing` when `operation` is set, `Done` when billing is not concerned, else `Queued`.
    pub change: ChangeRecord,
    /// The instance's label, kept for a restore.
    pub label: Option<String>,
    /// When it had been activated, likewise.
    pub activated_at: Option<Millis>,
    /// The operation that carries the change at once.
    pub operation: Option<NewOperation>,
    /// The notice to the admins.
    pub notice: NewNotice,
    /// The decision that let it through.
    pub decision: NewDecision,
    /// Who did it, as it stands in the audit trail. The store adds who had access before.
    pub note: AuditEntry,
}

/// What the end of an instance writes that waits for billing.
#[derive(Clone, Debug)]
pub struct ReservedEnd {
    /// The change, of a batch.
    pub change: ChangeRecord,
    /// The notice to the admins; due once the change is done.
    pub notice: NewNotice,
    /// The decision that let it through.
    pub decision: NewDecision,
    /// Who did it, as it stands in the audit trail.
    pub note: AuditEntry,
}

/// What giving up an access writes.
#[derive(Clone, Debug)]
pub struct LeaveRows {
    /// The change, `Done`.
    pub change: ChangeRecord,
    /// Whether the instance waits for billing, which settles without the mandate's lock and tells of the accesses that it
    /// finds: then one of them is told to be gone only after that.
    pub is_pending: bool,
    /// The notice to the admins.
    pub notice: NewNotice,
    /// The decision that let it through.
    pub decision: NewDecision,
    /// Who did it, as it stands in the audit trail. The store adds the access as it was.
    pub note: AuditEntry,
}

/// What giving an access writes.
#[derive(Clone, Debug)]
pub struct ShareRows {
    /// The change, `Done`.
    pub change: ChangeRecord,
    /// The access as it is to be. Its id is that of the one that is there, where there is one.
    pub access: NewAccess,
    /// Whether there is none yet.
    pub is_new: bool,
    /// The decision that let it through.
    pub decision: NewDecision,
    /// Who did it, as it stands in the audit trail.
    pub note: AuditEntry,
}

/// What withdrawing a reserved instance writes.
#[derive(Clone, Debug)]
pub struct WithdrawRows {
    /// The change of kind `Withdraw`; written as `Done` when the instance is gone at once, else `Queued`.
    pub change: ChangeRecord,
    /// The activation that is withdrawn.
    pub activation_id: String,
    /// The decision that let it through.
    pub decision: NewDecision,
    /// Who did it, as it stands in the audit trail. The store adds who had access before, and what became of it.
    pub note: AuditEntry,
}

/// The accesses of an ended instance as they are stored for a restore.
pub type EndedAccesses = Vec<EndedAccess>;
