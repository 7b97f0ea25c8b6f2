//! Holds a request to the quote that it names: before the lock with all that takes time, under it by digests.

use super::{
    super::wanted::{Wanted, Weighed},
    QuoteFault,
};
use crate::{
    activation::{Caller, Desk, DeskError},
    ports::{
        clock::Millis,
        store::{change::ChangeRecord, quote::QuoteRecord, snapshot::Snapshot},
    },
};

/// What caller and host agreed to.
#[derive(Clone, Debug)]
pub(in crate::activation) struct Agreed {
    /// The quote.
    pub(in crate::activation) quote: QuoteRecord,
    /// Digest of what was looked at when the quote was found to hold.
    revision: String,
}

impl Agreed {
    /// From when on it is charged or credited.
    fn at(&self) -> Millis {
        self.quote.offer.at
    }

    /// Holds a change to the quote.
    pub(in crate::activation) fn bind(&self, change: &mut ChangeRecord) {
        change.effective_at = self.at();
        change.quote_id = Some(self.quote.id.clone());
    }
}

impl Desk {
    /// What the request is held to; `None` when it names no quote.
    pub(in crate::activation) async fn agree(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        snapshot: &Snapshot,
        quote_id: Option<&str>,
    ) -> Result<Option<Agreed>, DeskError> {
        if quote_id.is_none() {
            return Ok(None);
        }
        let fault = |fault: QuoteFault| Err(DeskError::Quote(fault));
        // Whoever can quote may do what is quoted; who may not is not told what it would cost.
        let Ok(weighed) = self.weigh(wanted, snapshot)? else { return fault(QuoteFault::Changed(None)) };
        let is_for = |quote: &&QuoteRecord| {
            quote.user_id == caller.user_id && quote.mandate_id == wanted.mandate_id && quote.wish == wanted.digest()
        };
        let Some(quote) = snapshot.quote.as_ref().filter(is_for) else {
            return fault(self.changed(caller, wanted, snapshot, &weighed).await);
        };
        if quote.used_by.is_some() {
            return fault(QuoteFault::Used);
        }
        if self.inner.clock.now() >= quote.expires_at {
            return fault(QuoteFault::Expired);
        }
        // The price may have changed where our rows do not tell it: the provider is asked once more, as of the same instant.
        let offer = self.offer(snapshot, &weighed, quote.offer.at).await?;
        if !offer.agrees_with(&quote.offer) {
            return fault(self.changed(caller, wanted, snapshot, &weighed).await);
        }
        Ok(Some(Agreed { quote: quote.clone(), revision: weighed.revision }))
    }

    /// Whether what was agreed to still holds under the lock.
    pub(in crate::activation) fn still_agreed(
        &self,
        agreed: &Agreed,
        wanted: &Wanted,
        snapshot: &Snapshot,
    ) -> Result<bool, DeskError> {
        let is_free = snapshot.quote.as_ref().is_some_and(|quote| quote.used_by.is_none());
        if !is_free || self.inner.clock.now() >= agreed.quote.expires_at {
            return Ok(false);
        }
        Ok(self.weigh(wanted, snapshot)?.is_ok_and(|weighed| weighed.revision == agreed.revision))
    }

    /// The fault with what would be quoted now, if that can be told.
    async fn changed(&self, caller: &Caller, wanted: &Wanted, snapshot: &Snapshot, weighed: &Weighed) -> QuoteFault {
        QuoteFault::Changed(self.new_quote(caller, wanted, snapshot, weighed).await.ok().map(Box::new))
    }
}
