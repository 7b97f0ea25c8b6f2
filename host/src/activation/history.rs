//! What happened in a mandate and what it cost, for its admins.

use core_wasm::reason::Reason;

use super::{Answered, Caller, Desk, DeskError};
use crate::{
    decisions::price::{Price, price_at},
    ports::store::{history::HistoryRecord, page},
};

/// Something that happened, as the admins of its mandate see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryView {
    /// The change, with who asked for it and what billing was told.
    pub record: HistoryRecord,
    /// What one instance cost per period when it was decided.
    pub price: Option<Price>,
}

/// A page of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPage {
    /// The newest first.
    pub entries: Vec<HistoryView>,
    /// The place before which the next page begins; `None` on the last one.
    pub next: Option<i64>,
}

impl Desk {
    /// What happened in a mandate: a page of at most so many, before a place.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn history(
        &self,
        caller: &Caller,
        mandate_id: &str,
        (before, limit): (Option<i64>, i64),
    ) -> Result<Answered<HistoryPage>, DeskError> {
        match self.standing(caller, mandate_id).await?.filter(|(standing, _)| standing.member) {
            None => return Ok(Answered::Refused(vec![Reason::MandateNotFound {}])),
            Some((standing, _)) if !standing.admin => return Ok(Answered::Refused(vec![self.not_admin()])),
            Some(_) => {}
        }
        let mut records = self.inner.store.history(mandate_id, before, limit + 1).await?;
        let next = page::cut(&mut records, limit, |record| record.place);
        let entries = records
            .into_iter()
            .map(|record| HistoryView { price: record.decided.as_ref().and_then(price_at), record })
            .collect();
        Ok(Answered::Granted(HistoryPage { entries, next }))
    }
}
