//! How subscriptions stand with billing, for whoever changes them or their plans by hand.

use serde::Deserialize;

use crate::{
    adapters::sql::session::Row,
    ports::store::{
        StoreError,
        directory::{Bill, Subscriber, Subscribers},
    },
};

/// $1 subscription.
pub(super) const BILL: &str = "SELECT 'bill' AS kind, CAST(json_object('open', (SELECT count(*) FROM changes c \
     WHERE c.subscription_id = s.id AND c.state IN ('queued', 'billing')) + (SELECT count(*) FROM operations o \
     WHERE o.subscription_id = s.id AND o.state IN ('prepared', 'sent', 'in_doubt')), \
     'confirmed', (SELECT o.to_quantity FROM operations o WHERE o.subscription_id = s.id \
     AND o.state IN ('applied', 'observed') AND o.stripe_subscription_id = s.stripe_subscription_id \
     AND o.stripe_item_id = s.stripe_item_id ORDER BY o.seq DESC LIMIT 1), \
     'counted', (SELECT count(*) FROM instances i WHERE i.mandate_id = s.mandate_id AND i.state = 'active') \
     + (SELECT count(*) FROM changes c WHERE c.subscription_id = s.id AND c.kind = 'end' AND c.gate IS NULL \
     AND c.state IN ('queued', 'billing'))) AS TEXT) AS json FROM subscriptions s WHERE s.id = $1";

/// A comparison that is under way was begun with what is being changed: another one is due when it is done. $1
/// subscription.
pub(super) const HOLD: &str = "INSERT INTO checks (subscription_id, stripe_subscription_id, stripe_item_id, due_at, \
     blocks) SELECT s.id, s.stripe_subscription_id, s.stripe_item_id, 0, 1 FROM subscriptions s WHERE s.id = $1 \
     AND s.stripe_subscription_id IS NOT NULL AND s.stripe_item_id IS NOT NULL \
     ON CONFLICT (subscription_id) DO UPDATE SET due_at = 0, blocks = 1, \
     stripe_subscription_id = excluded.stripe_subscription_id, stripe_item_id = excluded.stripe_item_id";

/// $1 plan.
pub(super) const SUBSCRIBERS: &str = "SELECT 'subscribers' AS kind, CAST(json_object('all', count(*), \
     'bound', count(s.stripe_subscription_id)) AS TEXT) AS json FROM subscriptions s WHERE s.plan_key = $1 \
     AND s.status NOT IN ('CANCELED', 'EXPIRED')";

/// $1 plan.
pub(super) const SUBSCRIBER: &str = "SELECT 'subscriber' AS kind, CAST(json_object('subscription_id', s.id, \
     'mandate_id', s.mandate_id, 'instances', (SELECT count(*) FROM instances i WHERE i.mandate_id = s.mandate_id \
     AND i.state = 'active'), 'is_bound', CASE WHEN s.stripe_subscription_id IS NULL THEN 0 ELSE 1 END) AS TEXT) AS json \
     FROM subscriptions s WHERE s.plan_key = $1 AND s.status NOT IN ('CANCELED', 'EXPIRED') ORDER BY s.seq";

#[derive(Deserialize)]
struct SubscriberRow {
    subscription_id: String,
    mandate_id: String,
    instances: i64,
    is_bound: i64,
}

#[derive(Deserialize)]
struct BillRow {
    open: i64,
    confirmed: Option<i64>,
    counted: i64,
}

#[derive(Deserialize)]
struct SubscribersRow {
    all: i64,
    bound: i64,
}

/// How a subscription stands.
pub(super) fn bill(row: &Row) -> Result<Bill, StoreError> {
    let BillRow { open, confirmed, counted } = row.decode()?;
    Ok(Bill { open, confirmed, counted })
}

/// How many have a plan.
pub(super) fn subscribers(rows: &[Row]) -> Result<Subscribers, StoreError> {
    let Some(row) = rows.first() else { return Ok(Subscribers { all: 0, bound: 0 }) };
    let SubscribersRow { all, bound } = row.decode()?;
    Ok(Subscribers { all, bound })
}

/// One of a list of them.
pub(super) fn subscriber(row: &Row) -> Result<Subscriber, StoreError> {
    let SubscriberRow { subscription_id, mandate_id, instances, is_bound } = row.decode()?;
    Ok(Subscriber { subscription_id, mandate_id, instances, is_bound: is_bound != 0 })
}
