//! The audit trail: entries are added with what they tell of, sealed, read, and never changed.

pub(super) mod erase;
mod forget;
mod read;
mod seal;

use async_trait::async_trait;
use sqlx::AnyConnection;

use super::{
    SqlStore,
    rows::audit::{bind, insert, insert_several},
    session::Session,
};
use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        audit::{AuditEntry, AuditFilter, AuditRecord, AuditStore, ChainState, Link, Stray},
    },
};

/// Entries per INSERT: far below the number of values that either engine takes in one statement.
const CHUNK: usize = 500;

/// Adds an entry, in the transaction of what it tells of.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn add(session: &Session, on: &mut AnyConnection, entry: &AuditEntry) -> Result<(), StoreError> {
    session.run(on, bind(session.query(&insert(0)), entry)).await.map(|_| ())
}

/// Adds entries, many in one statement, in a transaction that takes as long as it needs.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn add_all(
    session: &Session,
    on: &mut AnyConnection,
    entries: &[AuditEntry],
) -> Result<(), StoreError> {
    for chunk in entries.chunks(CHUNK) {
        let query = chunk.iter().fold(session.query(&insert_several(chunk.len())), bind);
        query.execute(&mut *on).await.map_err(|error| session.dialect.error(&error))?;
    }
    Ok(())
}

#[async_trait]
impl AuditStore for SqlStore {
    async fn seal(&self, most: i64, patiently: bool) -> Result<u64, StoreError> {
        let mut transaction = self.session.begin(&self.writer).await?;
        let sealed = seal::seal(&self.session, &mut transaction, most, patiently).await?;
        if sealed == 0 {
            self.session.roll_back(transaction).await?;
        } else {
            self.session.commit(transaction).await?;
        }
        Ok(sealed)
    }

    async fn audited(&self, filter: &AuditFilter, limit: i64) -> Result<Vec<AuditRecord>, StoreError> {
        self.read_audited(filter, limit).await
    }

    async fn audited_as(&self, number: i64) -> Result<Option<AuditRecord>, StoreError> {
        self.read_audited_as(number).await
    }

    async fn chain(&self) -> Result<ChainState, StoreError> {
        self.read_chain().await
    }

    async fn links(&self, after: i64, limit: i64) -> Result<Vec<Link>, StoreError> {
        self.read_links(after, limit).await
    }

    async fn strays(&self, limit: i64) -> Result<Vec<Stray>, StoreError> {
        self.read_strays(limit).await
    }

    async fn forget_audited(&self, before: Millis, most: i64, entry: &AuditEntry) -> Result<u64, StoreError> {
        let mut transaction = self.session.begin(&self.writer).await?;
        let forgotten = forget::forget(&self.session, &mut transaction, (before, most), entry).await?;
        self.session.commit(transaction).await?;
        Ok(forgotten)
    }
}
