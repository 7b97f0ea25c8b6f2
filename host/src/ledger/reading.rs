//! Reads what the provider bills, outside of operations, and keeps it.

use std::sync::PoisonError;

use super::runner::{Inner, Ledger};
use crate::fail_point::{self, FailPoint};
use crate::ports::{
    billing::{BillingTarget, Observation},
    clock::Millis,
    store::{
        StoreError,
        operation::{LedgerView, Reading, Waiting},
    },
};

/// How often a subscription whose two sides differ is read again, at most.
const RECHECK_PAUSE: i64 = 5_000;

impl Ledger {
    /// Reads a subscription again whose two sides were seen to differ, in the background and not too often, so that
    /// activations are possible again once somebody settled the difference.
    pub fn recheck(&self, mandate_id: &str, subscription_id: &str) {
        let now = self.inner.clock.now();
        {
            let mut rechecked = self.inner.rechecked.lock().unwrap_or_else(PoisonError::into_inner);
            rechecked.retain(|_, at| now.saturating_sub(*at) < RECHECK_PAUSE);
            if rechecked.contains_key(subscription_id) {
                return;
            }
            rechecked.insert(subscription_id.to_owned(), now);
        }
        let ledger = self.clone();
        let waiting = Waiting { mandate_id: mandate_id.to_owned(), subscription_id: subscription_id.to_owned() };
        self.inner.running.spawn(async move {
            if let Err(error) = ledger.read_again(&waiting).await {
                tracing::warn!(%error, "a subscription out of sync could not be read again");
            }
        });
    }

    async fn read_again(&self, waiting: &Waiting) -> Result<(), StoreError> {
        let Inner { store, billing, clock, .. } = &*self.inner;
        let Some(billing) = billing else { return Ok(()) };
        let view = {
            let mut transaction = store.begin(&waiting.mandate_id).await?;
            transaction.ledger(&waiting.subscription_id).await?
        };
        let (Some(target), false) = (&view.target, view.unresolved) else { return Ok(()) };
        let at = clock.now();
        match billing.read(target).await {
            Ok(seen) => self.observe(waiting, target, &seen, price_at_odds(&view, &seen), at).await,
            Err(error) => {
                tracing::warn!(subscription = %waiting.subscription_id, %error, "a subscription could not be read");
                Ok(())
            }
        }
    }

    /// Keeps a reading. `at` is when it began.
    pub(super) async fn observe(
        &self,
        waiting: &Waiting,
        target: &BillingTarget,
        seen: &Observation,
        price_at_odds: bool,
        at: Millis,
    ) -> Result<(), StoreError> {
        let reading = Reading {
            id: self.inner.ids.next(),
            mandate_id: waiting.mandate_id.clone(),
            subscription_id: waiting.subscription_id.clone(),
            target: target.clone(),
            quantity: seen.quantity,
            price_at_odds,
            at,
        };
        fail_point::reached(FailPoint::ReadingUnstored).await;
        self.inner.store.observe(&reading).await
    }
}

/// Whether the provider charges another price or currency than the plan says.
pub(super) fn price_at_odds(view: &LedgerView, seen: &Observation) -> bool {
    match (&view.plan_price, &seen.price) {
        (Some((ours, our_currency)), Some((theirs, their_currency))) => {
            ours != theirs || !our_currency.eq_ignore_ascii_case(their_currency)
        }
        _ => false,
    }
}
