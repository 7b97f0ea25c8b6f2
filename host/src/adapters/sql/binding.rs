//! Begins looks at the provider's subscriptions.

use async_trait::async_trait;
use serde::Deserialize;

use super::SqlStore;
use crate::ports::store::{
    StoreError,
    binding::{BindingStore, Look},
};

const BEGIN: &str = "UPDATE subscriptions SET looks = looks + 1 WHERE stripe_subscription_id = $1 \
     RETURNING 'look' AS kind, CAST(json_object('number', looks, 'subscription_id', id, 'mandate_id', mandate_id) \
     AS TEXT) AS json";

/// An operation under a lease is being worked on: its host knows more than an event does.
const HASTEN: &str = "UPDATE operations SET next_at = now_ms() WHERE subscription_id = $1 AND state = 'in_doubt' \
     AND lease_until <= now_ms() AND next_at > now_ms()";

#[derive(Deserialize)]
struct LookRow {
    number: i64,
    subscription_id: String,
    mandate_id: String,
}

#[async_trait]
impl BindingStore for SqlStore {
    async fn begin_look(&self, provider_subscription: &str) -> Result<Option<Look>, StoreError> {
        let query = self.session.query(BEGIN).bind(provider_subscription.to_owned());
        let rows = self.session.rows_alone(&self.writer, query).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let LookRow { number, subscription_id, mandate_id } = row.decode()?;
        Ok(Some(Look { number, subscription_id, mandate_id, provider_subscription: provider_subscription.to_owned() }))
    }

    async fn hasten(&self, subscription_id: &str) -> Result<bool, StoreError> {
        let query = self.session.query(HASTEN).bind(subscription_id.to_owned());
        Ok(self.session.run_alone(&self.writer, query).await? > 0)
    }
}
