//! Reads entries, one or a page of them.

use super::{Directory, DirectoryError};
use crate::{
    ports::store::{directory::Closing, page},
    transfer::{Entry, Kind},
};

/// Most entries of one page.
pub const LONGEST_PAGE: i64 = 500;

/// Some entries in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The place behind which the next page begins; `None` = this was the last.
    pub next: Option<i64>,
}

impl Directory {
    /// An entry by its id, key or code.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn entry(&self, kind: Kind, name: &str) -> Result<Option<Entry>, DirectoryError> {
        Ok(self.inner.store.entry(kind, name).await?)
    }

    /// The entries behind a place, at most so many, in the order in which they were first written.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn page(&self, kind: Kind, after: i64, limit: i64) -> Result<Page, DirectoryError> {
        let limit = limit.clamp(1, LONGEST_PAGE);
        let mut found = self.inner.store.entries(kind, after, limit + 1).await?;
        let next = page::cut(&mut found, limit, |(place, _)| *place);
        Ok(Page { entries: found.into_iter().map(|(_, entry)| entry).collect(), next })
    }

    /// How far the deletion of a mandate is; `None` when it is not being deleted, or is gone.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn closing(&self, mandate_id: &str) -> Result<Option<Closing>, DirectoryError> {
        Ok(self.inner.store.closing(mandate_id).await?)
    }
}
