//! Writes an entry: all of it, or a patch of it, and what follows.

use serde_json::Value;

use super::{
    Actor, Directory, DirectoryError, MOST_TRIES, Precondition, Refusal, is_overtaken,
    settled::{changed, lock},
};
use crate::{
    ports::store::{
        change::ChangeRecord,
        directory::{DirectoryTransaction, Lock},
    },
    transfer::{Entry, Kind},
};

/// What an entry is to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// This, whatever it was.
    Whole(Value),
    /// As it is, but for this (RFC 7396).
    Patch(Value),
}

/// An entry that is as it was wished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// The entry.
    pub entry: Entry,
    /// Whether it was not there before.
    pub created: bool,
}

impl Wish {
    /// The entry that is wished.
    pub(super) fn of(&self, kind: Kind, name: &str, before: Option<&Entry>) -> Result<Entry, DirectoryError> {
        match (self, before) {
            (Self::Whole(value), _) => Ok(Entry::named(kind, name, value.clone())?),
            (Self::Patch(patch), Some(before)) => Ok(before.patched(patch.clone())?),
            (Self::Patch(_), None) => Err(Refusal::Missing.into()),
        }
    }
}

impl Directory {
    /// Writes an entry.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn put(
        &self,
        actor: &Actor,
        (kind, name): (Kind, &str),
        wish: &Wish,
        precondition: &Precondition,
    ) -> Result<Put, DirectoryError> {
        match kind {
            Kind::Users => self.put_user(actor, name, wish, precondition).await,
            _ => self.put_row(actor, (kind, name), wish, precondition).await,
        }
    }

    pub(super) async fn put_row(
        &self,
        actor: &Actor,
        (kind, name): (Kind, &str),
        wish: &Wish,
        precondition: &Precondition,
    ) -> Result<Put, DirectoryError> {
        for _ in 0..MOST_TRIES {
            match self.try_put(actor, (kind, name), wish, precondition).await {
                Err(error) if is_overtaken(&error) => {}
                outcome => return outcome,
            }
        }
        Err(DirectoryError::Overtaken)
    }

    async fn try_put(
        &self,
        actor: &Actor,
        (kind, name): (Kind, &str),
        wish: &Wish,
        precondition: &Precondition,
    ) -> Result<Put, DirectoryError> {
        // Which lock to take is seen before it is taken; that it was the right one, afterwards.
        let seen = match wish {
            Wish::Whole(_) => None,
            Wish::Patch(_) => self.inner.store.entry(kind, name).await?,
        };
        let held = lock(&wish.of(kind, name, seen.as_ref())?);
        let mut transaction = self.inner.store.begin_entry(kind, name, &held).await?;
        let before = transaction.entry(kind, name).await?;
        let after = wish.of(kind, name, before.as_ref())?;
        if lock(&after) != held {
            return Err(DirectoryError::Overtaken);
        }
        let is_done = before.as_ref() == Some(&after);
        precondition.check(before.as_ref(), is_done)?;
        if is_done {
            return Ok(Put { entry: after, created: false });
        }
        if let Some(pointer) = before.as_ref().and_then(|before| changed(before, &after)) {
            return Err(Refusal::Fixed { pointer }.into());
        }
        not_closing(transaction.as_mut(), &held).await?;
        let changes = self.effects(actor, transaction.as_mut(), before.as_ref(), &after).await?;
        transaction.put(&after).await?;
        // As it is read from now on: what an import leaves as it is, a home mandate above all, is left here, too.
        let entry = transaction.entry(kind, name).await?.unwrap_or(after);
        let mut note = self.note(actor, "put", before.as_ref(), Some(&entry))?;
        if let Lock::OfInstance(instance) = &held {
            note.mandate_id = transaction.mandate_of(instance).await?;
        }
        transaction.note(&note).await?;
        transaction.commit().await.map_err(|_| DirectoryError::Uncertain)?;
        self.bill(&changes);
        Ok(Put { entry, created: before.is_none() })
    }

    /// What speaks against an entry, and what follows from it: everything but the entry itself.
    async fn effects(
        &self,
        actor: &Actor,
        transaction: &mut dyn DirectoryTransaction,
        before: Option<&Entry>,
        after: &Entry,
    ) -> Result<Vec<ChangeRecord>, DirectoryError> {
        match (before, after) {
            (_, Entry::Membership(membership)) if !membership.enabled => {
                self.leave(actor, transaction, &membership.user_id, &membership.mandate_id).await
            }
            (None, Entry::Access(access)) => {
                let mandate = transaction.mandate_of(&access.feature_instance_id).await?;
                // Without a mandate there is no instance: the reference leads nowhere, and is refused as such.
                match mandate {
                    Some(mandate) if !transaction.is_member(&access.user_id, &mandate).await? => {
                        Err(Refusal::NotMember.into())
                    }
                    _ => Ok(Vec::new()),
                }
            }
            (Some(Entry::Subscription(before)), Entry::Subscription(after)) => {
                self.resubscribe(transaction, before, after).await.map(|()| Vec::new())
            }
            (Some(Entry::Plan(before)), Entry::Plan(after)) => {
                Self::reprice(transaction, before, after).await.map(|()| Vec::new())
            }
            _ => Ok(Vec::new()),
        }
    }
}

/// Nothing is added to a mandate that is being deleted.
async fn not_closing(transaction: &mut dyn DirectoryTransaction, held: &Lock) -> Result<(), DirectoryError> {
    let mandate = match held {
        Lock::Alone | Lock::OfPlan(_) => None,
        Lock::Mandate(mandate) | Lock::Subscription { mandate_id: mandate, .. } => Some(mandate.clone()),
        Lock::OfInstance(instance) => transaction.mandate_of(instance).await?,
    };
    match mandate {
        Some(mandate) if transaction.closing(&mandate).await?.is_some() => Err(Refusal::Closing.into()),
        _ => Ok(()),
    }
}
