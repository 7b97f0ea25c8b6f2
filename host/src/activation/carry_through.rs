//! Writing a change and starting what it sets off, whether or not the client still waits for it.

use core_wasm::reason::Reason;
use tokio::sync::watch;

use super::{Desk, DeskError};
use crate::ports::store::{
    Conflict, StoreError, change::ChangeRecord, operation::NewOperation, snapshot::Ask, transaction::MandateTransaction,
};

/// How often a transaction is begun anew that was overtaken by a settlement of billing.
const MOST_TRIES: usize = 3;

/// What came of a transaction.
pub(super) enum Written {
    /// The changes, with the operation that this host runs at once.
    New(Vec<ChangeRecord>, Option<NewOperation>),
    /// Somebody made it before.
    Earlier(ChangeRecord),
    /// The facts changed meanwhile.
    Refused(Vec<Reason>),
    /// What was agreed to has to be looked at anew.
    Overtaken,
}

/// What a request waits for.
pub(super) enum Begun {
    /// The change of this request, or the first of its batch.
    New(ChangeRecord, watch::Receiver<Option<ChangeRecord>>),
    /// The change of an earlier request.
    Earlier(ChangeRecord),
    /// Nothing: it is refused.
    Refused(Vec<Reason>),
    /// Nothing: what was agreed to has to be looked at anew.
    Overtaken,
}

impl Desk {
    /// Runs a transaction and starts what it wrote. A client that goes away in between, or a time limit, leaves nothing
    /// half done: the task goes on without them.
    pub(super) async fn carry_through<F, T>(&self, ask: &Ask, write: F) -> Result<Begun, DeskError>
    where
        F: Fn(Desk) -> T + Send + Sync + 'static,
        T: Future<Output = Result<Written, DeskError>> + Send,
    {
        let (desk, ask) = (self.clone(), ask.clone());
        let task = self.inner.ledger.unbroken(async move { desk.written(&ask, write).await });
        task.await.unwrap_or_else(|_| Err(inconsistent("a transaction broke off")))
    }

    async fn written<F, T>(&self, ask: &Ask, write: F) -> Result<Begun, DeskError>
    where
        F: Fn(Desk) -> T + Send + Sync,
        T: Future<Output = Result<Written, DeskError>> + Send,
    {
        let mut tries = 1;
        loop {
            let conflict = match write(self.clone()).await {
                Ok(Written::New(changes, operation)) => return self.started(changes, operation),
                Ok(Written::Overtaken) => return Ok(Begun::Overtaken),
                Ok(Written::Earlier(change)) => return Ok(Begun::Earlier(change)),
                Ok(Written::Refused(reasons)) => return Ok(Begun::Refused(reasons)),
                Err(DeskError::Store(StoreError::Conflict { what })) => what,
                Err(error) => return Err(error),
            };
            match conflict {
                // Somebody else wrote the same wish at the same time: theirs is the answer.
                Conflict::IdempotencyKey | Conflict::PendingActivation => {
                    let snapshot = self.inner.store.snapshot(ask).await?;
                    let earlier = self.earlier(&snapshot, ask)?;
                    return earlier.map(Begun::Earlier).ok_or(DeskError::InProgress);
                }
                // Billing settled something between the look and the write.
                Conflict::UnresolvedOperation | Conflict::Other if tries < MOST_TRIES => tries += 1,
                what => return Err(StoreError::Conflict { what }.into()),
            }
        }
    }

    fn started(&self, changes: Vec<ChangeRecord>, operation: Option<NewOperation>) -> Result<Begun, DeskError> {
        let change = changes.first().cloned().ok_or_else(|| inconsistent("a request without a change"))?;
        let settled = self.inner.ledger.subscribe(&change.id);
        match operation {
            Some(operation) => {
                let carried = |change: &ChangeRecord| change.operation_id.as_deref() == Some(operation.id.as_str());
                self.inner.ledger.start(&operation, changes.into_iter().filter(carried).collect());
            }
            None if !change.state.is_settled() => self.inner.ledger.queued(&change),
            None => {}
        }
        Ok(Begun::New(change, settled))
    }

    /// Commits. When the store's answer is lost it is asked whether the change is there; when it does not say, the
    /// operation is left to whoever claims it, and a request that waits for billing finds out by looking.
    pub(super) async fn commit(
        &self,
        transaction: Box<dyn MandateTransaction>,
        changes: Vec<ChangeRecord>,
        operation: Option<NewOperation>,
    ) -> Result<Written, DeskError> {
        let Err(error) = transaction.commit().await else { return Ok(Written::New(changes, operation)) };
        let Some(change) = changes.first() else { return Err(error.into()) };
        match self.is_committed(change).await {
            Ok(true) => Ok(Written::New(changes, operation)),
            Ok(false) => Err(error.into()),
            Err(_) if change.is_gated() && !change.state.is_settled() => Ok(Written::New(changes, None)),
            Err(_) => Err(DeskError::Uncertain),
        }
    }

    /// Whether a change is there whose commit was not answered. The commit may arrive after its connection broke: only
    /// who has the mandate's lock knows that the transaction has ended.
    async fn is_committed(&self, change: &ChangeRecord) -> Result<bool, StoreError> {
        drop(self.inner.store.begin(&change.mandate_id).await?);
        Ok(self.inner.store.change(&change.id).await?.is_some())
    }
}

/// What should not be: the store contradicts the decision that was made on it.
pub(super) fn inconsistent(cause: &str) -> DeskError {
    DeskError::Store(StoreError::Inconsistent { cause: cause.to_owned() })
}
