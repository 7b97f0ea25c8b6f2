//! Writes a user. Whoever is suspended loses all memberships, mandate by mandate, with what follows; whoever is not any
//! more has them again.

use serde_json::json;

use super::{Actor, Directory, DirectoryError, Precondition, Put, Refusal, Wish};
use crate::transfer::{Entry, Kind};

impl Directory {
    /// The memberships are enabled before the user is and disabled after the user was, each in a transaction of its own: one
    /// that breaks off is gone on with by its repetition.
    pub(super) async fn put_user(
        &self,
        actor: &Actor,
        user_id: &str,
        wish: &Wish,
        precondition: &Precondition,
    ) -> Result<Put, DirectoryError> {
        let seen = self.inner.store.entry(Kind::Users, user_id).await?;
        if seen.as_ref().is_some_and(is_suspended) && !is_suspended(&wish.of(Kind::Users, user_id, seen.as_ref())?) {
            precondition.check(seen.as_ref(), false)?;
            self.enable_memberships(actor, user_id, true).await?;
        }
        let put = self.put_row(actor, (Kind::Users, user_id), wish, precondition).await?;
        if is_suspended(&put.entry) {
            self.enable_memberships(actor, user_id, false).await?;
        }
        Ok(put)
    }

    async fn enable_memberships(&self, actor: &Actor, user_id: &str, enabled: bool) -> Result<(), DirectoryError> {
        let wish = Wish::Patch(json!({ "enabled": enabled }));
        for id in self.inner.store.belongings(user_id).await?.memberships {
            match self.put_row(actor, (Kind::Memberships, &id), &wish, &Precondition::default()).await {
                // It is gone, or goes with its mandate.
                Err(DirectoryError::Refused(Refusal::Missing | Refusal::Closing)) | Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

const fn is_suspended(entry: &Entry) -> bool {
    matches!(entry, Entry::User(user) if !user.enabled)
}
