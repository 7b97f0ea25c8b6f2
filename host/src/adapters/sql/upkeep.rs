//! What keeps the store itself in order.

use async_trait::async_trait;

use super::{SqlStore, error::inconsistent};
use crate::ports::store::{StoreError, Upkeep};

/// An ended instance whose end or restore billing does not know yet is kept.
const FORGET_ENDED: &str = "DELETE FROM ended_instances WHERE ended_at < $1 AND restored_by_change IS NULL \
     AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.id = ended_instances.change_id \
     AND c.state IN ('queued', 'billing'))";

const FORGET_KEYS: &str = "UPDATE changes SET key_path = NULL, key = NULL, key_fingerprint = NULL \
     WHERE key IS NOT NULL AND settled_at < $1";

/// What was given up is kept until somebody looks at it.
const FORGET_SENT: &str = "DELETE FROM notices WHERE state = 'sent' AND sent_at < $1";

const FORGET_QUOTES: &str = "DELETE FROM quotes WHERE expires_at < $1";

#[async_trait]
impl Upkeep for SqlStore {
    async fn ready(&self) -> Result<(), StoreError> {
        match self.pending().await?.first() {
            None => Ok(()),
            Some(version) => Err(inconsistent(format!("the schema lacks migration {version}: run `turnpike migrate`"))),
        }
    }

    async fn purge(&self, ended_before: i64, keys_before: i64, sent_before: i64) -> Result<u64, StoreError> {
        let ended = self.session.query(FORGET_ENDED).bind(ended_before);
        let ended = self.session.run_alone(&self.writer, ended).await?;
        let keys = self.session.query(FORGET_KEYS).bind(keys_before);
        let keys = self.session.run_alone(&self.writer, keys).await?;
        let quotes = self.session.query(FORGET_QUOTES).bind(keys_before);
        let quotes = self.session.run_alone(&self.writer, quotes).await?;
        let sent = self.session.query(FORGET_SENT).bind(sent_before);
        Ok(ended + keys + quotes + self.session.run_alone(&self.writer, sent).await?)
    }
}
