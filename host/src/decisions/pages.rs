//! Goes through the decisions on record, a page at a time.

use crate::ports::store::{
    StoreError,
    decision::{DecisionFilter, DecisionRecord, DecisionStore},
};

/// Decisions that are read at a time.
const PAGE: i64 = 500;

/// A place in the record.
pub(super) struct Pages<'a, S> {
    store: &'a S,
    filter: &'a DecisionFilter,
    place: i64,
}

impl<'a, S: DecisionStore> Pages<'a, S> {
    /// Before the first of those that the filter lets through.
    pub(super) fn new(store: &'a S, filter: &'a DecisionFilter) -> Self {
        Self { store, filter, place: 0 }
    }

    /// The decisions from here on, in the order in which they were written; none after the last.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn next(&mut self) -> Result<Option<Vec<DecisionRecord>>, StoreError> {
        let page = self.store.decisions_after(self.place, self.filter, PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.place = last.seq;
        Ok(Some(page.into_iter().map(|stored| stored.record).collect()))
    }
}
