//! The short transaction under a mandate's lock.

mod amend;
mod cap;
mod end;
mod ledger;
mod reserve;
mod share;
mod withdraw;

use async_trait::async_trait;

use super::{
    SqlStore,
    event::standing,
    feature_request, quote,
    rows::{change, event as told, operation},
    session::{Query, Row, Session, Transaction, flag},
    snapshot,
};
use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        audit::AuditEntry,
        binding::{BoundSubscription, LockedBinding, Look},
        change::ChangeRecord,
        decision::NewDecision,
        event::EventKind,
        operation::{LedgerView, NewOperation},
        outbox::NewNotice,
        snapshot::{Ask, CapsRecord, Snapshot},
        standing::{MandateStanding, ToldState},
        transaction::{
            EndRows, LeaveRows, MandateTransaction, Reservation, ReservedEnd, ShareRows, TransactionStore, WithdrawRows,
        },
    },
};

/// The lock is a statement of its own: on PostgreSQL a statement sees nothing that was committed while it waited for
/// a lock, so whoever locks and reads in one statement reads what was before.
pub(super) const LOCK: &str = "UPDATE mandates SET lock_version = lock_version + 1 WHERE id = $1";

/// Makes the settlement of what a living instance waits for wait for us, or us for it: settlements do not take the mandate's
/// lock, the operation's row is the first thing that they touch. $1 instance.
pub(super) const HOLD_SETTLEMENT: &str = "UPDATE operations SET fence = fence WHERE id IN (SELECT c.operation_id \
     FROM instances i JOIN changes c ON c.id IN (i.reserved_by_change, i.ending_by_change) WHERE i.id = $1) \
     AND state IN ('prepared', 'sent', 'in_doubt')";

/// A transaction that holds a mandate's lock.
pub(super) struct SqlTransaction {
    pub(super) session: Session,
    pub(super) transaction: Transaction,
}

#[async_trait]
impl TransactionStore for SqlStore {
    async fn begin(&self, mandate_id: &str) -> Result<Box<dyn MandateTransaction>, StoreError> {
        let transaction = self.session.begin(&self.writer).await?;
        let mut locked = SqlTransaction { session: self.session, transaction };
        locked.run(locked.session.query(LOCK).bind(mandate_id.to_owned())).await?;
        Ok(Box::new(locked))
    }
}

#[async_trait]
impl MandateTransaction for SqlTransaction {
    async fn snapshot(&mut self, ask: &Ask) -> Result<Snapshot, StoreError> {
        snapshot::read(&self.rows(snapshot::statement(&self.session, ask)).await?)
    }

    async fn reserve(&mut self, rows: &Reservation) -> Result<Option<i64>, StoreError> {
        self.write_reservation(rows).await
    }

    async fn end(&mut self, rows: &EndRows) -> Result<Option<i64>, StoreError> {
        self.write_end(rows).await
    }

    async fn reserve_end(&mut self, rows: &ReservedEnd) -> Result<(), StoreError> {
        self.write_reserved_end(rows).await
    }

    async fn operate(&mut self, operation: &NewOperation) -> Result<i64, StoreError> {
        self.insert_operation(operation).await
    }

    async fn use_quote(&mut self, quote_id: &str, change_id: &str) -> Result<bool, StoreError> {
        let query = self.session.query(quote::USE).bind(quote_id.to_owned()).bind(change_id.to_owned());
        Ok(self.run(query).await? == 1)
    }

    async fn cap(&mut self, mandate_id: &str, caps: &CapsRecord, note: &AuditEntry) -> Result<(), StoreError> {
        self.write_caps(mandate_id, caps, note).await
    }

    async fn approve(&mut self, request_id: &str, change_id: &str) -> Result<bool, StoreError> {
        let query = self.session.query(feature_request::APPROVE).bind(request_id.to_owned()).bind(change_id.to_owned());
        Ok(self.run(query).await? == 1)
    }

    async fn leave(&mut self, rows: &LeaveRows) -> Result<(), StoreError> {
        self.write_leave(rows).await
    }

    async fn share(&mut self, rows: &ShareRows) -> Result<(), StoreError> {
        self.write_share(rows).await
    }

    async fn withdraw(&mut self, rows: &WithdrawRows) -> Result<bool, StoreError> {
        self.write_withdrawal(rows).await
    }

    async fn ledger(&mut self, subscription_id: &str) -> Result<LedgerView, StoreError> {
        self.read_ledger(subscription_id).await
    }

    async fn form(&mut self, operation: &NewOperation, change_ids: &[String]) -> Result<i64, StoreError> {
        self.write_operation(operation, change_ids).await
    }

    async fn binding(&mut self, look: &Look) -> Result<Option<LockedBinding>, StoreError> {
        self.read_binding(look).await
    }

    async fn amend(
        &mut self,
        look: &Look,
        after: &BoundSubscription,
        entry: Option<&AuditEntry>,
    ) -> Result<(), StoreError> {
        self.write_binding(look, after, entry).await
    }

    async fn correct(
        &mut self,
        operation: &NewOperation,
        credit_from: Option<Millis>,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.write_correction(operation, credit_from, entry).await
    }

    async fn standing(&mut self, mandate_id: &str) -> Result<Option<MandateStanding>, StoreError> {
        let query = self.session.query(standing::OF_MANDATE).bind(mandate_id.to_owned());
        Ok(standing::standings(&self.rows(query).await?)?.mandates.pop())
    }

    async fn tell_standing(
        &mut self,
        mandate_id: &str,
        enabled: bool,
        state: ToldState,
        at: Millis,
    ) -> Result<u64, StoreError> {
        let verb = if state == ToldState::Active { EventKind::InstanceResumed } else { EventKind::InstanceSuspended };
        let about =
            |sql: &str| self.session.query(sql).bind(mandate_id.to_owned()).bind(flag(enabled)).bind(state.as_str());
        let (tell, remember) = (about(told::STANDING).bind(at).bind(verb.as_str()), about(standing::TOLD));
        self.run(tell).await?;
        self.run(remember).await
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.session.commit(self.transaction).await
    }
}

impl SqlTransaction {
    pub(super) async fn run(&mut self, query: Query) -> Result<u64, StoreError> {
        self.session.run(&mut self.transaction, query).await
    }

    pub(super) async fn rows(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        self.session.rows(&mut self.transaction, query).await
    }

    /// Writes a change, the decision that let it through and who did it, and if it is done with that tells of it, in one
    /// statement.
    async fn insert_change(
        &mut self,
        record: &ChangeRecord,
        decision: &NewDecision,
        note: &AuditEntry,
        is_done: bool,
    ) -> Result<(), StoreError> {
        let query = change::insert(&self.session, record, decision, note, is_done)?;
        self.run(query).await.map(|_| ())
    }

    /// Returns the operation's `seq`.
    async fn insert_operation(&mut self, record: &NewOperation) -> Result<i64, StoreError> {
        let query = operation::insert(&self.session, record);
        match self.rows(query).await?.first() {
            Some(row) => row.decode(),
            None => Err(super::error::inconsistent("an operation was not written")),
        }
    }

    async fn insert_notices(&mut self, notices: &[NewNotice]) -> Result<(), StoreError> {
        super::outbox::insert(&self.session, &mut self.transaction, notices).await
    }
}
