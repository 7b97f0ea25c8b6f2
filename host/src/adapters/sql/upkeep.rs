//! What keeps the store itself in order.

use async_trait::async_trait;

use super::{SqlStore, error::inconsistent};
use crate::ports::store::{Past, StoreError, Upkeep};

// $1 before, $2 how many.

/// An ended instance whose end or restore billing does not know yet is kept.
const ENDED: &str = "DELETE FROM ended_instances WHERE seq IN (SELECT e.seq FROM ended_instances e WHERE e.ended_at < $1 \
     AND e.restored_by_change IS NULL AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.id = e.change_id \
     AND c.state IN ('queued', 'billing')) ORDER BY e.seq LIMIT $2)";

const KEYS: &str = "UPDATE changes SET key_path = NULL, key = NULL, key_fingerprint = NULL WHERE seq IN (SELECT c.seq \
     FROM changes c WHERE c.key IS NOT NULL AND c.settled_at < $1 ORDER BY c.seq LIMIT $2)";

const QUOTES: &str =
    "DELETE FROM quotes WHERE seq IN (SELECT q.seq FROM quotes q WHERE q.expires_at < $1 ORDER BY q.seq LIMIT $2)";

/// An approved one by when the activation was done.
const REQUESTS: &str = "DELETE FROM feature_requests WHERE seq IN (SELECT r.seq FROM feature_requests r \
     WHERE r.closed_at < $1 OR EXISTS (SELECT 1 FROM changes c WHERE c.id = r.change_id AND c.state = 'done' \
     AND c.settled_at < $1) ORDER BY r.seq LIMIT $2)";

const SENT: &str = "DELETE FROM notices WHERE seq IN (SELECT n.seq FROM notices n WHERE n.state = 'sent' \
     AND n.sent_at < $1 ORDER BY n.seq LIMIT $2)";

/// By when it was written: it was given up days after that, and can be tried again until then.
const DEAD: &str = "DELETE FROM notices WHERE seq IN (SELECT n.seq FROM notices n WHERE n.state = 'dead' \
     AND n.created_at < $1 ORDER BY n.seq LIMIT $2)";

/// What an instance in memory came from stays as long as that.
const CHANGES: &str = "DELETE FROM changes WHERE seq IN (SELECT c.seq FROM changes c \
     WHERE c.state IN ('done', 'failed', 'cancelled') AND c.settled_at < $1 AND NOT EXISTS (SELECT 1 \
     FROM ended_instances e WHERE e.change_id = c.id OR e.restored_by_change = c.id) ORDER BY c.seq LIMIT $2)";

/// The newest that was applied is who wrote at the provider last, and the newest of all tells what is confirmed: both stay as
/// long as their subscription. So does one that carries a change which stays, or of which a credit is due.
const OPERATIONS: &str = "DELETE FROM operations WHERE seq IN (SELECT o.seq FROM operations o \
     WHERE o.state IN ('applied', 'rejected', 'dissolved', 'observed') AND coalesce(o.settled_at, o.created_at) < $1 \
     AND (o.credit_from IS NULL OR o.credited_at IS NOT NULL) \
     AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.operation_id = o.id) \
     AND (NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = o.subscription_id) OR EXISTS (SELECT 1 FROM operations n \
     WHERE n.subscription_id = o.subscription_id AND n.stripe_subscription_id = o.stripe_subscription_id \
     AND n.stripe_item_id = o.stripe_item_id AND n.seq > o.seq \
     AND (n.state = 'applied' OR (n.state = 'observed' AND o.state <> 'applied')))) ORDER BY o.seq LIMIT $2)";

#[async_trait]
impl Upkeep for SqlStore {
    async fn ready(&self) -> Result<(), StoreError> {
        match self.pending().await?.first() {
            None => Ok(()),
            Some(version) => Err(inconsistent(format!("the schema lacks migration {version}: run `turnpike migrate`"))),
        }
    }

    async fn forget(&self, what: Past, before: i64, most: i64) -> Result<u64, StoreError> {
        let statements: &[&str] = match what {
            Past::EndedInstances => &[ENDED],
            Past::Keys => &[KEYS],
            Past::Quotes => &[QUOTES],
            Past::FeatureRequests => &[REQUESTS],
            Past::SentNotices => &[SENT],
            Past::DeadNotices => &[DEAD],
            Past::Ledger => &[CHANGES, OPERATIONS],
        };
        let mut rows = 0;
        for statement in statements {
            let query = self.session.query(statement).bind(before).bind(most);
            rows += self.session.run_alone(&self.writer, query).await?;
        }
        Ok(rows)
    }
}
