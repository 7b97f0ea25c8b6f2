//! Erases a person: the mark first, so that no home mandate is given meanwhile; then all that hangs on the person ends; and
//! when nothing is under way any more, the person goes out of every table.

use std::time::Duration;

use serde_json::{Map, json};

use super::{
    Erasure, ErasureError, Forecast, Outcome, PAUSE, PersonWaits, looks,
    receipt::{OF_PERSON, Receipt},
};
use crate::{
    directory::Actor,
    ports::store::{
        Store, StoreError,
        audit::AuditEntry,
        erasure::{Erased, Person},
    },
    transfer::{Entry, Kind},
};

/// Whom to look for: the id, and the words that stand for the person by now. `also` are further ones, such as an earlier
/// name.
pub(super) async fn person(store: &dyn Store, user_id: &str, also: &[String]) -> Result<Person, StoreError> {
    let mut words: Vec<String> = also.to_vec();
    if let Some(Entry::User(user)) = store.entry(Kind::Users, user_id).await? {
        // Mails have names on one line.
        words.push(user.username.split_whitespace().collect::<Vec<_>>().join(" "));
        words.push(user.username);
        words.extend(user.email);
    }
    words.retain(|word| !word.trim().is_empty());
    words.sort();
    words.dedup();
    Ok(Person { user_id: user_id.to_owned(), words })
}

impl Erasure {
    /// What erasing a person is going to do.
    ///
    /// # Errors
    /// [`ErasureError`].
    pub async fn forecast(&self, user_id: &str, also: &[String]) -> Result<Forecast, ErasureError> {
        let username = match self.store.entry(Kind::Users, user_id).await? {
            Some(Entry::User(user)) => Some(user.username),
            _ => None,
        };
        let is_done = self.is_done(&person(self.store.as_ref(), user_id, also).await?).await?;
        let mut mandates = Vec::new();
        for outlook in self.store.outlook(user_id).await? {
            let price = self.directory.price_in(&outlook.mandate_id).await?.filter(|(minor, _)| *minor > 0);
            mandates.push((outlook, price));
        }
        Ok(Forecast { username, mandates, is_done })
    }

    /// Erases a person, and waits so long for what is under way. One that broke off is gone on with by the next.
    ///
    /// # Errors
    /// [`ErasureError`].
    pub async fn erase_person(
        &self,
        actor: &Actor,
        user_id: &str,
        also: &[String],
        wait: Duration,
    ) -> Result<Outcome<PersonWaits>, ErasureError> {
        let person = person(self.store.as_ref(), user_id, also).await?;
        if self.is_done(&person).await? {
            return Ok(Outcome::DoneBefore);
        }
        self.store.mark_erased(user_id, &self.secrets.key()).await?;
        let tombstone = self.tombstone();
        for _ in 0..looks(wait) {
            self.directory.depart(actor, user_id).await?;
            let at = self.clock.now();
            let receipt = |done: &[Erased]| Receipt::of(("person", None), at, &tombstone, done, &OF_PERSON);
            let entry = |done: &[Erased]| AuditEntry {
                detail: Map::from_iter([("receipt".to_owned(), json!(receipt(done).digest))]),
                ..actor.deed(at, "erase person", &tombstone)
            };
            if let Some(done) = self.store.erase_person(&person, &tombstone, &entry).await? {
                tracing::info!("a person was erased");
                return Ok(Outcome::Done(Box::new(receipt(&done))));
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(Outcome::Waits(self.store.under_way(user_id).await?))
    }

    /// Whether the person was erased, and nothing about them is on file since.
    async fn is_done(&self, person: &Person) -> Result<bool, ErasureError> {
        if !self.store.person_records(person, None).await?.is_empty() {
            return Ok(false);
        }
        if self.store.is_marked_erased(&person.user_id).await? {
            return Ok(true);
        }
        Err(ErasureError::NoPerson { id: person.user_id.clone() })
    }
}
