//! Whose account our key belongs to, and whether this database was bound to it.

use serde_json::json;

use super::{
    Reconciler,
    operator::{CONFIRM, Operator},
};
use crate::ports::{clock::Millis, store::StoreError};

/// How long an answer is relied on: an hour.
const RELIED_ON: i64 = 60 * 60 * 1000;

/// What is known of the account.
#[derive(Clone, Debug, Default)]
pub struct Account {
    known: Option<(Standing, Millis)>,
}

/// How the key's account and the database's stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They are the same.
    Ours,
    /// They differ: another deployment's key, or another deployment's database.
    Another,
    /// The key may not read its account, or there was no answer.
    Unknown,
}

impl Reconciler {
    /// How the accounts stand, read at most once an hour unless it is not known or `afresh`. The first account that is
    /// read is the database's from then on; this one where somebody answers for it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn account(&self, afresh: bool, rebind: Option<&Operator>) -> Result<Standing, StoreError> {
        let mut account = self.account.lock().await;
        let now = self.clock.now();
        if let (Some((standing, at)), false) = (account.known, afresh || rebind.is_some())
            && now.saturating_sub(at) < RELIED_ON
        {
            return Ok(standing);
        }
        self.pace.wait().await;
        let standing = match self.billing.account().await {
            Ok(id) => self.standing_of(&id, rebind).await?,
            Err(error) => {
                tracing::debug!(%error, "the account of the key is not known");
                Standing::Unknown
            }
        };
        account.known = Some((standing, now));
        Ok(standing)
    }

    async fn standing_of(&self, id: &str, rebind: Option<&Operator>) -> Result<Standing, StoreError> {
        let installation = self.store.installation(&self.ids.next(), self.clock.now()).await?;
        match installation.account {
            Some(bound) if bound == id => Ok(Standing::Ours),
            Some(_) if rebind.is_none() => {
                tracing::error!("the key belongs to another account than this database: nothing is repaired");
                Ok(Standing::Another)
            }
            _ => {
                let entry = rebind.map(|by| by.entry(self.clock.now(), CONFIRM, "account", [("account", json!(id))]));
                self.store.bind_account(id, entry.as_ref()).await?;
                Ok(Standing::Ours)
            }
        }
    }
}
