//! Quotes: what a wish would cost, before anybody agrees to it; and holding a request to the quote that it names.

mod agreement;
mod budget;
mod offer;

use super::{Admit, Answered, Caller, Desk, DeskError, wanted::Wanted};
use crate::ports::{clock::Millis, store::quote::QuoteRecord};
pub(super) use agreement::Agreed;
pub(super) use budget::PreviewBudget;

/// For how long a quote is held to: 15 minutes in milliseconds. It ends with the billing period, too.
const VALID_FOR: Millis = 15 * 60 * 1000;

/// For how long the same question gets the same quote.
const SAME_FOR: Millis = 30 * 1000;

/// Why a quote does not serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuoteFault {
    /// The operator wants what costs money to be quoted first, and the request names no quote.
    Required,
    /// Its time is over.
    Expired,
    /// It was used.
    Used,
    /// It is not about this, or an amount or a decision is another by now; with what would be quoted now.
    Changed(Option<Box<QuoteRecord>>),
}

impl Desk {
    /// What a wish would cost, or the reasons against it.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn quote(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        admit: Admit<'_>,
    ) -> Result<Answered<QuoteRecord>, DeskError> {
        admit().map_err(DeskError::Limited)?;
        let mut ask = wanted.ask(caller);
        ask.quoted_since = Some(self.inner.clock.now() - SAME_FOR);
        let snapshot = self.inner.store.snapshot(&ask).await?;
        let weighed = match self.weigh(wanted, &snapshot)? {
            Ok(weighed) => weighed,
            // Nothing is written by a quote that is refused, and nothing is kept of it.
            Err(refused) => {
                self.recheck_if_out_of_sync(&snapshot, &refused.reasons);
                return Ok(Answered::Refused(refused.reasons));
            }
        };
        if weighed.endings.iter().any(|(instance, _)| instance.is_pending()) {
            return Err(DeskError::Pending);
        }
        let now = self.inner.clock.now();
        let recent = snapshot.recent_quote.as_ref();
        if let Some(quote) = recent.filter(|quote| quote.revision == weighed.revision && now < quote.expires_at) {
            return Ok(Answered::Granted(quote.clone()));
        }
        self.new_quote(caller, wanted, &snapshot, &weighed).await.map(Answered::Granted)
    }
}
