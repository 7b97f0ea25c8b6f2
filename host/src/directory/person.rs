//! Deletes a user: first all that hangs on the user, mandate by mandate, then the user.

use super::{Actor, Directory, DirectoryError, MOST_TRIES, Precondition};
use crate::{ports::store::directory::Lock, transfer::Kind};

impl Directory {
    /// Ends the user's memberships, each with what follows in a transaction of its own, and deletes the user. One that breaks
    /// off is gone on with by the next.
    pub(super) async fn delete_user(
        &self,
        actor: &Actor,
        user_id: &str,
        precondition: &Precondition,
    ) -> Result<(), DirectoryError> {
        let Some(entry) = self.inner.store.entry(Kind::Users, user_id).await? else { return Ok(()) };
        precondition.check(Some(&entry), false)?;
        for _ in 0..MOST_TRIES {
            self.depart(actor, user_id).await?;
            let mut transaction = self.inner.store.begin_entry(Kind::Users, user_id, &Lock::Alone).await?;
            let Some(entry) = transaction.entry(Kind::Users, user_id).await? else { return Ok(()) };
            // Whom somebody else changed meanwhile the caller has not seen: the user stays, outside of every mandate.
            precondition.check(Some(&entry), false)?;
            // Somebody gave the user something meanwhile.
            if !transaction.remove_user(user_id).await? {
                continue;
            }
            transaction.note(&self.note(actor, "delete", Some(&entry), None)?).await?;
            return transaction.commit().await.map_err(|_| DirectoryError::Uncertain);
        }
        Err(DirectoryError::Overtaken)
    }

    /// Ends the user's memberships and accesses, each with what follows in a transaction of its own. The user stays.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn depart(&self, actor: &Actor, user_id: &str) -> Result<(), DirectoryError> {
        let belongings = self.inner.store.belongings(user_id).await?;
        for id in &belongings.memberships {
            self.delete_row(actor, Kind::Memberships, id, &Precondition::default()).await?;
        }
        // Those that an import gave to somebody who is no member.
        for id in &belongings.accesses {
            self.delete_row(actor, Kind::Accesses, id, &Precondition::default()).await?;
        }
        Ok(())
    }
}
