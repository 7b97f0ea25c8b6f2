//! Forms the next operation of a subscription from what waits, under the mandate's lock.

use std::sync::PoisonError;

use core_wasm::reason::{BillingGap, Reason};

use super::{
    form::{self, form},
    reading::price_at_odds,
    runner::{Inner, Ledger},
};
use crate::ports::{
    billing::BillingTarget,
    store::{
        Conflict, StoreError,
        change::ChangeRecord,
        operation::{LedgerView, NewOperation, Waiting},
    },
};

/// How long changes are put off when the provider cannot be read or the subscription has no ids.
const PAUSE: i64 = 5_000;

/// What came of an attempt to form an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Formed {
    /// One is under way.
    Operation,
    /// Nothing is there to be carried, or somebody else carries it.
    Nothing,
    /// The quantity was not known: it was read, or will be.
    NeedsReading,
}

impl Ledger {
    /// Forms the next operation of a subscription in the background, once at a time.
    pub(super) fn form_soon(&self, waiting: Waiting) {
        let subscription = waiting.subscription_id.clone();
        if !self.forming().insert(subscription.clone()) {
            return;
        }
        let ledger = self.clone();
        self.inner.running.spawn(async move {
            let formed = ledger.form_or_read(&waiting).await;
            ledger.forming().remove(&subscription);
            match formed {
                // Another host or request was first: the change is carried, or waits for the next pass.
                Ok(()) | Err(StoreError::Conflict { what: Conflict::UnresolvedOperation }) => {}
                Err(error) => tracing::warn!(%subscription, %error, "the next operation could not be formed"),
            }
        });
    }

    fn forming(&self) -> std::sync::MutexGuard<'_, std::collections::HashSet<String>> {
        self.inner.forming.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before the very first operation of a subscription its quantity is read.
    async fn form_or_read(&self, waiting: &Waiting) -> Result<(), StoreError> {
        if self.form_next(waiting).await? == Formed::NeedsReading {
            self.form_next(waiting).await?;
        }
        Ok(())
    }

    async fn form_next(&self, waiting: &Waiting) -> Result<Formed, StoreError> {
        let Inner { store, ids, clock, settings, .. } = &*self.inner;
        let mut transaction = store.begin(&waiting.mandate_id).await?;
        let view = transaction.ledger(&waiting.subscription_id).await?;
        if view.unresolved {
            return Ok(Formed::Nothing);
        }
        let Some(target) = view.target.clone() else {
            drop(transaction);
            tracing::error!(
                subscription = %waiting.subscription_id, "changes wait for a subscription that has no billing ids"
            );
            store.put_off(&waiting.subscription_id, clock.now() + PAUSE).await?;
            return Ok(Formed::Nothing);
        };
        let Some(confirmed) = view.confirmed else {
            drop(transaction);
            self.read_first(waiting, &view, &target).await?;
            return Ok(Formed::NeedsReading);
        };
        if let Some(difference) = difference(&view, confirmed) {
            drop(transaction);
            self.refuse(waiting, &view, &difference).await?;
            self.recheck(&waiting.mandate_id, &waiting.subscription_id);
            return Ok(Formed::Nothing);
        }
        let Some(formed) = form(&view.queued, view.billed, confirmed) else { return Ok(Formed::Nothing) };
        let operation = NewOperation {
            id: ids.next(),
            mandate_id: waiting.mandate_id.clone(),
            subscription_id: waiting.subscription_id.clone(),
            target,
            direction: formed.direction,
            gate: formed.gate,
            from_quantity: formed.from_quantity,
            to_quantity: formed.to_quantity,
            proration_at: formed.proration_at,
            created_at: clock.now(),
            lease: Some((settings.host_id.clone(), settings.lease)),
        };
        transaction.form(&operation, &formed.change_ids).await?;
        transaction.commit().await?;
        let carried =
            view.queued.into_iter().filter(|change| formed.change_ids.contains(&change.id)).collect::<Vec<_>>();
        self.start(&operation, carried);
        Ok(Formed::Operation)
    }

    /// Reads the quantity. Activations that wait are refused when another price is charged, or (by the next look) when
    /// the quantity differs from what is counted: nothing is billed in silence.
    async fn read_first(&self, waiting: &Waiting, view: &LedgerView, target: &BillingTarget) -> Result<(), StoreError> {
        let Inner { store, billing, clock, .. } = &*self.inner;
        let Some(billing) = billing else { return Ok(()) };
        // An operation that is settled while the reading is under way is newer than it.
        let at = clock.now();
        let seen = match billing.read(target).await {
            Ok(seen) => seen,
            Err(error) => {
                tracing::warn!(subscription = %waiting.subscription_id, %error, "a subscription could not be read");
                return store.put_off(&waiting.subscription_id, clock.now() + PAUSE).await;
            }
        };
        let at_odds = price_at_odds(view, &seen);
        self.observe(waiting, target, &seen, at_odds, at).await?;
        if at_odds {
            self.refuse(waiting, view, &Reason::BillingIncomplete { missing: vec![BillingGap::Price] }).await?;
        }
        Ok(())
    }

    /// Refuses the activations that wait for billing.
    async fn refuse(&self, waiting: &Waiting, view: &LedgerView, reason: &Reason) -> Result<(), StoreError> {
        let Inner { store, clock, waiters, .. } = &*self.inner;
        tracing::error!(
            subscription = %waiting.subscription_id, code = reason.profile().code, billed = view.confirmed,
            "billing and features differ: activations are refused until somebody settles it"
        );
        for change in gated_raises(view) {
            if let Some(after) = store.cancel(&change.id, std::slice::from_ref(reason), clock.now()).await? {
                waiters.settled(after);
            }
        }
        Ok(())
    }
}

/// Why no activation that waits for billing can be billed now: the provider confirmed another quantity than is counted.
fn difference(view: &LedgerView, confirmed: i64) -> Option<Reason> {
    let counted = form::told(&view.queued, view.billed);
    (confirmed != counted && gated_raises(view).next().is_some())
        .then_some(Reason::BillingOutOfSync { confirmed, counted })
}

fn gated_raises(view: &LedgerView) -> impl Iterator<Item = &ChangeRecord> {
    view.queued.iter().filter(|change| form::is_raise(change) && change.is_gated())
}
