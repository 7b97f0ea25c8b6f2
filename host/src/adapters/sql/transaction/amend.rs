//! Reads and writes what a look at the provider may change about a subscription of ours.

use core_wasm::facts::SubscriptionStatus;
use serde::Deserialize;

use super::SqlTransaction;
use crate::{
    adapters::sql::{
        audit,
        error::{expect_rows, inconsistent},
        rows::event,
        session::Query,
    },
    ports::store::{
        StoreError,
        audit::AuditEntry,
        binding::{BoundSubscription, LockedBinding, Look},
    },
};

/// $1 subscription, $2 the provider's subscription, $3 number of the look, $4 mandate.
const BOUND: &str = "SELECT 'bound' AS kind, CAST(json_object('status', s.status, 'ends_at', s.ends_at, \
     'trial_ends_at', s.trial_ends_at, 'item', s.stripe_item_id, \
     'is_refused', CASE WHEN s.refused_binding = s.stripe_subscription_id THEN 1 ELSE 0 END, \
     'plan_price_id', p.stripe_price_id) AS TEXT) AS json \
     FROM subscriptions s LEFT JOIN plans p ON p.key = s.plan_key \
     WHERE s.id = $1 AND s.stripe_subscription_id = $2 AND s.looked < $3 AND s.mandate_id = $4";

const AMEND: &str = "UPDATE subscriptions SET status = $4, ends_at = $5, trial_ends_at = $6, stripe_item_id = $7, \
     refused_binding = CASE WHEN $8 = 1 THEN stripe_subscription_id ELSE NULL END, looked = $3 \
     WHERE id = $1 AND stripe_subscription_id = $2 AND looked < $3";

#[derive(Deserialize)]
struct BoundRow {
    status: SubscriptionStatus,
    ends_at: Option<i64>,
    trial_ends_at: Option<i64>,
    item: Option<String>,
    is_refused: i64,
    plan_price_id: Option<String>,
}

impl SqlTransaction {
    pub(super) async fn read_binding(&mut self, look: &Look) -> Result<Option<LockedBinding>, StoreError> {
        let query = self.about(BOUND, look).bind(look.mandate_id.clone());
        let rows = self.rows(query).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let BoundRow { status, ends_at, trial_ends_at, item, is_refused, plan_price_id } = row.decode()?;
        let bound = BoundSubscription { status, ends_at, trial_ends_at, item, is_refused: is_refused != 0 };
        Ok(Some(LockedBinding { bound, plan_price_id }))
    }

    pub(super) async fn write_binding(
        &mut self,
        look: &Look,
        after: &BoundSubscription,
        entry: Option<&AuditEntry>,
    ) -> Result<(), StoreError> {
        // The word of the status is that of the facts, as it is read.
        let status = serde_json::to_value(after.status).ok();
        let status = status.as_ref().and_then(serde_json::Value::as_str);
        let status = status.ok_or_else(|| inconsistent("a status has no word"))?;
        let tell = self
            .session
            .query(event::SUBSCRIPTION_AMENDED)
            .bind(look.subscription_id.clone())
            .bind(status.to_owned())
            .bind(after.ends_at)
            .bind(after.trial_ends_at);
        self.run(tell).await?;
        let query = self
            .about(AMEND, look)
            .bind(status.to_owned())
            .bind(after.ends_at)
            .bind(after.trial_ends_at)
            .bind(after.item.clone())
            .bind(i64::from(after.is_refused));
        expect_rows("a subscription that was looked at", self.run(query).await?, 1)?;
        match entry {
            Some(entry) => audit::add(&self.session, &mut self.transaction, entry).await,
            None => Ok(()),
        }
    }

    fn about(&self, sql: &str, look: &Look) -> Query {
        self.session
            .query(sql)
            .bind(look.subscription_id.clone())
            .bind(look.provider_subscription.clone())
            .bind(look.number)
    }
}
