//! Lowers what the provider counts too much: an operation that carries no change.

use core_wasm::settings::Gate;
use serde_json::json;

use super::{
    form,
    runner::{Inner, Ledger},
};
use crate::ports::{
    clock::Millis,
    store::{
        Conflict, StoreError,
        audit::AuditEntry,
        check::Bound,
        operation::{Direction, NewOperation},
    },
};

/// A quantity that is too high at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// Where.
    pub bound: Bound,
    /// What the provider was just seen to count.
    pub seen: i64,
    /// From when on it is credited; `None` = from now on.
    pub credit_at: Option<Millis>,
    /// From when on it would have to be, where the provider credits the present period only.
    pub owed_from: Option<Millis>,
    /// Who answers for it, as it stands in the audit trail. Its subject becomes the operation.
    pub entry: AuditEntry,
}

impl Ledger {
    /// Starts to lower a quantity to what is counted now, by our rows under the mandate's lock. Returns the operation's
    /// id; `None` when there is nothing to lower any more, or the ledger is about to set the quantity anyway.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was sent then.
    pub async fn lower(&self, excess: &Excess) -> Result<Option<String>, StoreError> {
        let Inner { store, ids, clock, settings, .. } = &*self.inner;
        let bound = &excess.bound;
        let mut transaction = store.begin(&bound.mandate_id).await?;
        let view = transaction.ledger(&bound.subscription_id).await?;
        let counted = form::told(&view.queued, view.billed).max(0);
        // What was seen is the newest that is known, so that nothing was applied since.
        let stands = !view.unresolved
            && !view.paused
            && view.queued.is_empty()
            && view.target.as_ref() == Some(&bound.target)
            && view.confirmed == Some(excess.seen)
            && counted < excess.seen;
        if !stands {
            return Ok(None);
        }
        let operation = NewOperation {
            id: ids.next(),
            mandate_id: bound.mandate_id.clone(),
            subscription_id: bound.subscription_id.clone(),
            target: bound.target.clone(),
            direction: Direction::Lower,
            gate: Gate::Quantity,
            from_quantity: excess.seen,
            to_quantity: counted,
            proration_at: excess.credit_at,
            created_at: clock.now(),
            lease: Some((settings.host_id.clone(), settings.lease)),
        };
        let mut entry = excess.entry.clone();
        let subscription = std::mem::replace(&mut entry.subject, operation.id.clone());
        entry.detail.insert("subscription".to_owned(), subscription.into());
        entry.after = Some(json!({ "quantity": counted }));
        let written = match transaction.correct(&operation, excess.owed_from, &entry).await {
            Ok(()) => transaction.commit().await,
            Err(error) => Err(error),
        };
        match written {
            Ok(()) => {}
            // Another host or request was first.
            Err(StoreError::Conflict { what: Conflict::UnresolvedOperation }) => return Ok(None),
            Err(error) => return Err(error),
        }
        self.start(&operation, Vec::new());
        Ok(Some(operation.id))
    }
}
