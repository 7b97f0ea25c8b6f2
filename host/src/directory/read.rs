//! Reads entries, one or a page of them, and what a mandate pays for an instance.

use core_wasm::facts::MandatesFacts;

use super::{Directory, DirectoryError};
use crate::{
    facts,
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

    /// What one instance costs in a mandate per period, in minor units with the currency, by the plan of the subscription
    /// that is in force. `None` where none is, or its plan has no price.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn price_in(&self, mandate_id: &str) -> Result<Option<(i64, String)>, DirectoryError> {
        // As nobody sees it: which subscription is in force does not hang on who asks.
        let Some(mandate) = self.inner.store.inventory("", mandate_id).await?.map(|inventory| inventory.mandate) else {
            return Ok(None);
        };
        let facts = MandatesFacts {
            now: self.inner.clock.now(),
            home_granted: true,
            mandates: vec![facts::of_mandate(&mandate)],
        };
        let standing = self.inner.policy.decider().mandates(&facts)?.decision.mandates.into_iter().next();
        let shown = standing.and_then(|standing| standing.subscription).filter(|shown| shown.operative);
        Ok(shown.and_then(|shown| mandate.price_by(shown.index)))
    }
}
