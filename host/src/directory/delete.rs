//! Deletes an entry, and what follows. Users and mandates take several transactions, see `person` and `closing`.

use super::{Actor, Directory, DirectoryError, MOST_TRIES, Precondition, Refusal, is_overtaken, settled::lock};
use crate::{
    ports::store::{
        change::ChangeRecord,
        directory::{DirectoryTransaction, Lock},
    },
    transfer::{Entry, Kind},
};

/// What came of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// The entry is not there, or not any more.
    Gone,
    /// The mandate is closed, and goes when nothing in it is billed any more.
    Closing,
}

impl Directory {
    /// Deletes an entry. One that is not there is as good as deleted.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn delete(
        &self,
        actor: &Actor,
        kind: Kind,
        name: &str,
        precondition: &Precondition,
    ) -> Result<Deleted, DirectoryError> {
        match kind {
            Kind::Mandates => self.delete_mandate(actor, name, precondition).await,
            Kind::Users => self.delete_user(actor, name, precondition).await.map(|()| Deleted::Gone),
            _ => self.delete_row(actor, kind, name, precondition).await.map(|()| Deleted::Gone),
        }
    }

    pub(super) async fn delete_row(
        &self,
        actor: &Actor,
        kind: Kind,
        name: &str,
        precondition: &Precondition,
    ) -> Result<(), DirectoryError> {
        for _ in 0..MOST_TRIES {
            match self.try_delete(actor, kind, name, precondition).await {
                Err(error) if is_overtaken(&error) => {}
                outcome => return outcome,
            }
        }
        Err(DirectoryError::Overtaken)
    }

    async fn try_delete(
        &self,
        actor: &Actor,
        kind: Kind,
        name: &str,
        precondition: &Precondition,
    ) -> Result<(), DirectoryError> {
        let Some(seen) = self.inner.store.entry(kind, name).await? else { return Ok(()) };
        let held = lock(&seen);
        let mut transaction = self.inner.store.begin_entry(kind, name, &held).await?;
        let Some(entry) = transaction.entry(kind, name).await? else { return Ok(()) };
        if lock(&entry) != held {
            return Err(DirectoryError::Overtaken);
        }
        precondition.check(Some(&entry), false)?;
        let mut note = self.note(actor, "delete", Some(&entry), None)?;
        if let Lock::OfInstance(instance) = &held {
            note.mandate_id = transaction.mandate_of(instance).await?;
        }
        let changes = self.farewell(actor, transaction.as_mut(), &entry).await?;
        transaction.remove(kind, name).await?;
        transaction.note(&note).await?;
        transaction.commit().await.map_err(|_| DirectoryError::Uncertain)?;
        self.bill(&changes);
        Ok(())
    }

    /// What speaks against deleting an entry, and what follows from it.
    async fn farewell(
        &self,
        actor: &Actor,
        transaction: &mut dyn DirectoryTransaction,
        entry: &Entry,
    ) -> Result<Vec<ChangeRecord>, DirectoryError> {
        match entry {
            Entry::Membership(membership) => {
                return self.leave(actor, transaction, &membership.user_id, &membership.mandate_id).await;
            }
            Entry::Access(access) => {
                return self.give_up(actor, transaction, &access.user_id, &access.feature_instance_id).await;
            }
            Entry::Subscription(subscription) => self.unsubscribe(transaction, subscription).await?,
            Entry::Plan(plan) => {
                let count = transaction.subscribers(&plan.key).await?.all;
                unused("subscriptions", count)?;
            }
            Entry::Feature(feature) => unused("instances", transaction.instances_of(&feature.code).await?)?,
            Entry::User(_) | Entry::Mandate(_) | Entry::Role(_) => {}
        }
        Ok(Vec::new())
    }
}

fn unused(by: &'static str, count: i64) -> Result<(), DirectoryError> {
    if count > 0 { Err(Refusal::InUse { by, count }.into()) } else { Ok(()) }
}
