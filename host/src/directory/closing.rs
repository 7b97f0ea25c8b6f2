//! Deletes a mandate: it is closed at once, its instances end through the ledger, and its rows go when the billing provider
//! confirmed that it charges for none.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    Actor, Deleted, Directory, DirectoryError, MOST_TRIES, Precondition,
    ending::{Ended, Whose},
    is_overtaken,
};
use crate::{
    ports::store::directory::{Closing, Lock},
    transfer::Kind,
};

/// Instances that end in one transaction.
const PIECE: i64 = 50;

/// What a step came to.
enum Step {
    /// Some instances ended, and there are more.
    GoOn,
    /// Billing has to confirm something first.
    Wait(Closing),
    /// The mandate is not there, or not any more.
    Gone,
}

impl Directory {
    pub(super) async fn delete_mandate(
        &self,
        actor: &Actor,
        mandate_id: &str,
        precondition: &Precondition,
    ) -> Result<Deleted, DirectoryError> {
        let lock = Lock::Mandate(mandate_id.to_owned());
        let mut transaction = self.inner.store.begin_entry(Kind::Mandates, mandate_id, &lock).await?;
        let Some(entry) = transaction.entry(Kind::Mandates, mandate_id).await? else { return Ok(Deleted::Gone) };
        if transaction.closing(mandate_id).await?.is_none() {
            precondition.check(Some(&entry), false)?;
            transaction.close(mandate_id, self.inner.clock.now(), &actor.subject()).await?;
            let mut note = self.note(actor, "delete", Some(&entry), None)?;
            note.after = Some(serde_json::json!({ "closing": true, "enabled": false }));
            transaction.note(&note).await?;
            transaction.commit().await.map_err(|_| DirectoryError::Uncertain)?;
        } else {
            drop(transaction);
        }
        self.go_on(mandate_id, actor).await
    }

    /// Goes on with a deletion as far as that is possible now.
    async fn go_on(&self, mandate_id: &str, actor: &Actor) -> Result<Deleted, DirectoryError> {
        let mut overtaken = 0;
        loop {
            match self.step(mandate_id, actor).await {
                Ok(Step::GoOn) => {}
                Ok(Step::Gone) => return Ok(Deleted::Gone),
                Ok(Step::Wait(closing)) => {
                    self.find_out(mandate_id, &closing);
                    return Ok(Deleted::Closing);
                }
                Err(error) if is_overtaken(&error) && overtaken < MOST_TRIES => overtaken += 1,
                Err(error) => return Err(error),
            }
        }
    }

    async fn step(&self, mandate_id: &str, actor: &Actor) -> Result<Step, DirectoryError> {
        let lock = Lock::Mandate(mandate_id.to_owned());
        let mut transaction = self.inner.store.begin_entry(Kind::Mandates, mandate_id, &lock).await?;
        let Some(closing) = transaction.closing(mandate_id).await? else { return Ok(Step::Gone) };
        let decider = self.inner.policy.decider();
        let mut changes = Vec::new();
        for instance in &transaction.living(mandate_id, None, PIECE).await? {
            let end = Ended { actor, mandate_id, instance, whose: Whose::All };
            changes.extend(self.end(&decider, transaction.as_mut(), end).await?);
        }
        if !changes.is_empty() {
            transaction.commit().await?;
            self.bill(&changes);
            return Ok(Step::GoOn);
        }
        if !closing.is_over() {
            return Ok(Step::Wait(closing));
        }
        let entry = transaction.entry(Kind::Mandates, mandate_id).await?;
        transaction.remove_mandate(mandate_id).await?;
        transaction.note(&self.note(actor, "end", entry.as_ref(), None)?).await?;
        transaction.commit().await?;
        tracing::info!(mandate = %mandate_id, "a mandate was deleted");
        Ok(Step::Gone)
    }

    /// What the provider counts is read where the ledger does not know it, or has nothing more to lower.
    fn find_out(&self, mandate_id: &str, closing: &Closing) {
        if closing.instances > 0 || closing.open > 0 {
            return;
        }
        for (subscription, quantity) in &closing.quantities {
            if *quantity != Some(0) {
                self.inner.ledger.recheck(mandate_id, subscription);
            }
        }
    }

    /// Goes on with deletions until told to stop, with a look at all that are under way every so often. Several hosts do no
    /// harm: each step is one transaction under the mandate's lock.
    pub async fn run(&self, every: Duration, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "what is being deleted could not be looked for");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(every) => {}
            }
        }
    }

    /// Goes on once with every deletion that is under way.
    ///
    /// # Errors
    /// When the store does not say which.
    async fn look(&self) -> Result<(), DirectoryError> {
        for mandate_id in self.inner.store.closing_mandates().await? {
            let Some(closing) = self.inner.store.closing(&mandate_id).await? else { continue };
            let actor = Actor::on_file(closing.by);
            if let Err(error) = self.go_on(&mandate_id, &actor).await {
                tracing::warn!(mandate = %mandate_id, %error, "the deletion of a mandate did not go on");
            }
        }
        Ok(())
    }
}
