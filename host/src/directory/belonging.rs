//! Takes accesses away because their holder leaves: all of a mandate, or one.

use super::{
    Actor, Directory, DirectoryError,
    ending::{Ended, Whose},
};
use crate::ports::store::{change::ChangeRecord, directory::DirectoryTransaction};

/// More instances than that nobody has access to.
const ALL: i64 = i64::MAX;

impl Directory {
    /// Ends all accesses of a user in a mandate.
    pub(super) async fn leave(
        &self,
        actor: &Actor,
        transaction: &mut dyn DirectoryTransaction,
        user_id: &str,
        mandate_id: &str,
    ) -> Result<Vec<ChangeRecord>, DirectoryError> {
        let decider = self.inner.policy.decider();
        let mut changes = Vec::new();
        for instance in transaction.living(mandate_id, Some(user_id), ALL).await? {
            let end = Ended { actor, mandate_id, instance: &instance, whose: Whose::Person(user_id) };
            changes.extend(self.end(&decider, transaction, end).await?);
        }
        Ok(changes)
    }

    /// Ends one access of a user.
    pub(super) async fn give_up(
        &self,
        actor: &Actor,
        transaction: &mut dyn DirectoryTransaction,
        user_id: &str,
        instance_id: &str,
    ) -> Result<Vec<ChangeRecord>, DirectoryError> {
        let Some(mandate_id) = transaction.mandate_of(instance_id).await? else { return Ok(Vec::new()) };
        let decider = self.inner.policy.decider();
        let mut changes = Vec::new();
        let living = transaction.living(&mandate_id, Some(user_id), ALL).await?;
        for instance in living.iter().filter(|instance| instance.id == instance_id) {
            let end = Ended { actor, mandate_id: &mandate_id, instance, whose: Whose::Person(user_id) };
            changes.extend(self.end(&decider, transaction, end).await?);
        }
        Ok(changes)
    }
}
