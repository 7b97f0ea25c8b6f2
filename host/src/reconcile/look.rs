//! Compares one subscription with the provider, and keeps what was found.

use super::{
    Reconciler,
    account::Standing,
    matrix::{self, Correction, Finding, Meanwhile, Ours},
};
use crate::ports::{
    billing::{InspectedItem, Inspection, ReadError},
    clock::Millis,
    store::{
        StoreError,
        check::{Check, Position},
        operation::Reading,
    },
};

/// What a look at a subscription showed.
#[derive(Clone, Debug)]
pub struct Look {
    /// Ours.
    pub position: Position,
    /// Theirs, where it was read.
    pub theirs: Option<Inspection>,
    /// When.
    pub at: Millis,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Whether the two sides were compared: not while an operation is under way or the provider cannot be read.
    pub compared: bool,
}

impl Look {
    /// Whether nothing differs.
    #[must_use]
    pub fn in_sync(&self) -> bool {
        !self.findings.iter().any(Finding::is_difference)
    }

    /// Their item that counts instances.
    fn item(&self) -> Option<&InspectedItem> {
        let mut items = self.theirs.iter().flat_map(|theirs| &theirs.items);
        items.find(|item| item.id == self.position.bound.target.item)
    }

    /// What is to be repaired without asking.
    #[must_use]
    pub fn corrections(&self) -> Vec<Correction> {
        if self.compared { matrix::corrections(&self.findings) } else { Vec::new() }
    }
}

impl Reconciler {
    /// Compares a subscription. `None` when it has no ids of the provider any more, or moved while it was looked at.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn look(&self, subscription_id: &str) -> Result<Option<Look>, StoreError> {
        let at = self.clock.now();
        let Some(before) = self.store.position(subscription_id).await? else { return Ok(None) };
        if before.unresolved.is_some() {
            return self.left_to_the_ledger(before, at).await;
        }
        let mut account = self.account(false, None).await?;
        self.pace.wait().await;
        let theirs = self.billing.inspect(&before.bound.target.subscription).await;
        if theirs == Err(ReadError::Gone) {
            // With another account's key nothing can be found; that is no sign of anything.
            account = self.account(true, None).await?;
        }
        // Ours is read after theirs, and what was under way in between makes the two incomparable.
        let Some(position) = self.store.position(subscription_id).await? else { return Ok(None) };
        if position.unresolved.is_some() || position.last_operation_id != before.last_operation_id {
            return Ok(None);
        }
        let ours = Ours {
            position: &position,
            is_live: self.settings.is_live,
            account_is_ours: account == Standing::Ours,
            now: at,
        };
        let findings = matrix::judge(&ours, &theirs);
        let compared = !findings.iter().any(|finding| matches!(finding, Finding::Unreadable { .. }));
        Ok(Some(Look { position, theirs: theirs.ok(), at, findings, compared }))
    }

    /// What is under way is not compared. Where it takes too long, a look says whether a stranger is the cause.
    async fn left_to_the_ledger(&self, position: Position, at: Millis) -> Result<Option<Look>, StoreError> {
        let judged = |theirs: &Result<Inspection, ReadError>| {
            let ours = Ours { position: &position, is_live: self.settings.is_live, account_is_ours: false, now: at };
            matrix::judge(&ours, theirs)
        };
        let mut findings = judged(&Err(ReadError::Gone));
        if !findings.is_empty() {
            self.pace.wait().await;
            let theirs = self.billing.inspect(&position.bound.target.subscription).await;
            let after = self.store.position(&position.bound.subscription_id).await?;
            if after.is_none_or(|after| after.unresolved != position.unresolved) {
                return Ok(None);
            }
            findings = judged(&theirs);
        }
        Ok(Some(Look { position, theirs: None, at, findings, compared: false }))
    }

    /// Keeps what a look showed: the comparison, and as a reading what decisions are made on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn keep(&self, look: &Look) -> Result<(), StoreError> {
        let bound = &look.position.bound;
        if !look.compared {
            return self.store.record_look(&bound.subscription_id, look.at).await;
        }
        self.keep_reading(look).await?;
        let meanwhile = matrix::strictest(&look.findings);
        let check = Check {
            bound: bound.clone(),
            at: look.at,
            in_sync: look.in_sync(),
            repairable: !look.corrections().is_empty(),
            blocks: meanwhile >= Meanwhile::NothingAdded,
            holds: meanwhile == Meanwhile::NothingSent,
            findings: serde_json::to_string(&look.findings).unwrap_or_else(|_| "[]".to_owned()),
            period_ends_at: look.item().and_then(|item| item.period).map(|(_, until)| until),
        };
        self.store.record_check(&check).await
    }

    /// What differs from what the ledger knows is written into it: then new activations are refused while the quantity
    /// or the price is wrong, and allowed again when it is right.
    async fn keep_reading(&self, look: &Look) -> Result<(), StoreError> {
        let position = &look.position;
        let Some(item) = look.item() else { return Ok(()) };
        let Some(quantity) = item.quantity else { return Ok(()) };
        let at_odds = look.findings.iter().any(|finding| matches!(finding, Finding::PriceDiffers { .. }));
        let is_known = position.confirmed == Some(quantity) && position.price_at_odds.unwrap_or(false) == at_odds;
        if is_known {
            return Ok(());
        }
        let reading = Reading {
            id: self.ids.next(),
            mandate_id: position.bound.mandate_id.clone(),
            subscription_id: position.bound.subscription_id.clone(),
            target: position.bound.target.clone(),
            quantity,
            price_at_odds: at_odds,
            at: look.at,
        };
        self.store.observe(&reading).await
    }
}
