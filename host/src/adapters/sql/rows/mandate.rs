//! A mandate with membership, roles and subscriptions, put together from typed rows.

use std::collections::HashMap;

use core_wasm::facts::SubscriptionStatus;
use serde::Deserialize;

use crate::{
    adapters::sql::session::Row,
    ports::store::{
        StoreError,
        snapshot::{
            CapsRecord, MandateRecord, MembershipRecord, MonthlyCap, PlanRecord, RoleRecord, SubscriptionRecord,
        },
    },
};

/// The JSON text of `mandates m` with the user's membership in `memberships u`, which may be missing.
/// One that is being deleted is closed, whatever else is written about it.
macro_rules! mandate_json {
    () => {
        "CAST(json_object('id', m.id, 'name', m.name, 'label', m.label, 'is_system', m.is_system, \
         'enabled', CASE WHEN m.closing_at IS NULL THEN m.enabled ELSE 0 END, 'membership', u.enabled, \
         'cap_instances', m.cap_instances, 'cap_monthly_minor', m.cap_monthly_minor, 'cap_currency', m.cap_currency, \
         'counted', (SELECT count(*) FROM instances i WHERE i.mandate_id = m.id AND i.withdrawn_by_change IS NULL), \
         'waiting', (SELECT count(*) FROM changes c WHERE c.mandate_id = m.id AND c.kind IN ('activate', 'restore') \
         AND c.state = 'queued' AND c.gate IS NOT NULL)) AS TEXT)"
    };
}
pub(in crate::adapters::sql) use mandate_json;

/// The same where only instances are of interest, and nothing is to be added; the argument is the membership's `enabled`.
macro_rules! bare_mandate_json {
    ($membership:literal) => {
        concat!(
            "CAST(json_object('id', m.id, 'name', m.name, 'label', NULL, 'is_system', m.is_system, ",
            "'enabled', m.enabled, 'membership', ",
            $membership,
            ", 'counted', 0, 'waiting', 0) AS TEXT)"
        )
    };
}
pub(in crate::adapters::sql) use bare_mandate_json;

/// The JSON text of `roles r` of the membership `u`.
macro_rules! role_json {
    () => {
        "CAST(json_object('of', u.mandate_id, 'label', r.label, 'mandate_id', r.mandate_id, \
         'instance_id', r.instance_id) AS TEXT)"
    };
}
pub(in crate::adapters::sql) use role_json;

/// The JSON text of `subscriptions s` with its plan in `plans p`, which may be missing. What is confirmed is told by the
/// newest row of the ledger about the very Stripe item that is on file: another item starts unknown. What is active
/// without waiting for billing, but not confirmed, is not on the bill yet. A binding that was refused counts as none.
/// A subscription for which a comparison forbids operations counts as unresolved.
macro_rules! subscription_json {
    () => {
        "CAST(json_object('id', s.id, 'mandate_id', s.mandate_id, 'plan_key', s.plan_key, 'status', s.status, \
         'starts_at', s.starts_at, 'ends_at', s.ends_at, 'trial_ends_at', s.trial_ends_at, \
         'stripe_subscription_id', CASE WHEN s.refused_binding = s.stripe_subscription_id THEN NULL \
         ELSE s.stripe_subscription_id END, 'stripe_item_id', s.stripe_item_id, \
         'known_plan', p.key, 'plan_label', p.label, 'price_minor', p.price_minor, 'currency', p.currency, \
         'price_includes_tax', p.price_includes_tax, \
         'billing_period', p.billing_period, 'max_instances', p.max_instances, \
         'max_data_volume_mb', p.max_data_volume_mb, 'budget_ai_minor', p.budget_ai_minor, \
         'confirmed', (SELECT o.to_quantity FROM operations o WHERE o.subscription_id = s.id \
         AND o.state IN ('applied', 'observed') AND o.stripe_subscription_id = s.stripe_subscription_id \
         AND o.stripe_item_id = s.stripe_item_id ORDER BY o.seq DESC LIMIT 1), \
         'price_at_odds', (SELECT o.price_at_odds FROM operations o WHERE o.subscription_id = s.id \
         AND o.state = 'observed' AND o.stripe_subscription_id = s.stripe_subscription_id \
         AND o.stripe_item_id = s.stripe_item_id ORDER BY o.seq DESC LIMIT 1), \
         'unresolved', (SELECT count(*) FROM operations o WHERE o.subscription_id = s.id \
         AND o.state IN ('prepared', 'sent', 'in_doubt')) + (SELECT count(*) FROM checks k \
         WHERE k.subscription_id = s.id AND k.holds = 1), \
         'blocked', (SELECT k.blocks FROM checks k WHERE k.subscription_id = s.id \
         AND k.stripe_item_id = s.stripe_item_id), \
         'in_sync', (SELECT k.in_sync FROM checks k WHERE k.subscription_id = s.id \
         AND k.stripe_item_id = s.stripe_item_id), \
         'checked_at', (SELECT k.checked_at FROM checks k WHERE k.subscription_id = s.id \
         AND k.stripe_item_id = s.stripe_item_id), \
         'period_ends_at', (SELECT k.period_ends_at FROM checks k WHERE k.subscription_id = s.id \
         AND k.stripe_item_id = s.stripe_item_id), \
         'in_doubt_since', (SELECT o.in_doubt_since FROM operations o WHERE o.subscription_id = s.id \
         AND o.state IN ('prepared', 'sent', 'in_doubt')), \
         'billed', (SELECT count(*) FROM instances i WHERE i.mandate_id = s.mandate_id AND i.state = 'active') \
         + (SELECT count(*) FROM changes c WHERE c.subscription_id = s.id AND c.kind = 'end' \
         AND c.gate IS NULL AND c.state IN ('queued', 'billing')) \
         - (SELECT count(*) FROM changes c WHERE c.subscription_id = s.id AND c.kind IN ('activate', 'restore') \
         AND c.gate IS NULL AND c.state IN ('queued', 'billing')), \
         'invoices', (SELECT json_group_array(coalesce(o.settled_at, o.first_sent_at, o.created_at)) FROM operations o \
         WHERE o.subscription_id = s.id AND o.gate = 'payment' AND o.state IN ('prepared', 'sent', 'in_doubt', 'applied') \
         AND (o.settled_at IS NULL OR o.settled_at > now_ms() - 86400000))) AS TEXT)"
    };
}
pub(in crate::adapters::sql) use subscription_json;

/// The same without what the ledger says: that is nothing about how instances stand.
macro_rules! bare_subscription_json {
    () => {
        "CAST(json_object('id', s.id, 'mandate_id', s.mandate_id, \
         'plan_key', s.plan_key, 'status', s.status, 'starts_at', s.starts_at, 'ends_at', s.ends_at, \
         'trial_ends_at', s.trial_ends_at, 'stripe_subscription_id', s.stripe_subscription_id, \
         'stripe_item_id', s.stripe_item_id, 'known_plan', p.key, 'price_minor', p.price_minor, \
         'currency', p.currency, 'price_includes_tax', p.price_includes_tax, 'billing_period', p.billing_period, \
         'max_instances', p.max_instances, 'unresolved', 0, 'price_at_odds', 0, 'blocked', 0, 'in_sync', NULL, \
         'billed', 0) AS TEXT)"
    };
}
pub(in crate::adapters::sql) use bare_subscription_json;

#[derive(Deserialize)]
struct MandateRow {
    id: String,
    name: String,
    label: Option<String>,
    #[serde(deserialize_with = "super::flag")]
    is_system: bool,
    #[serde(deserialize_with = "super::flag")]
    enabled: bool,
    #[serde(deserialize_with = "super::flag_or_none")]
    membership: Option<bool>,
    counted: i64,
    waiting: i64,
    cap_instances: Option<i64>,
    cap_monthly_minor: Option<i64>,
    cap_currency: Option<String>,
}

#[derive(Deserialize)]
struct RoleRow {
    of: String,
    label: Option<String>,
    mandate_id: Option<String>,
    instance_id: Option<String>,
}

#[derive(Deserialize)]
struct SubscriptionRow {
    id: String,
    mandate_id: String,
    plan_key: String,
    status: SubscriptionStatus,
    starts_at: Option<i64>,
    ends_at: Option<i64>,
    trial_ends_at: Option<i64>,
    stripe_subscription_id: Option<String>,
    stripe_item_id: Option<String>,
    known_plan: Option<String>,
    plan_label: Option<String>,
    price_minor: Option<i64>,
    currency: Option<String>,
    #[serde(deserialize_with = "super::flag_or_false")]
    price_includes_tax: bool,
    billing_period: Option<String>,
    max_instances: Option<i64>,
    max_data_volume_mb: Option<i64>,
    budget_ai_minor: Option<i64>,
    confirmed: Option<i64>,
    #[serde(deserialize_with = "super::flag_or_false")]
    price_at_odds: bool,
    #[serde(deserialize_with = "super::flag")]
    unresolved: bool,
    #[serde(deserialize_with = "super::flag_or_false")]
    blocked: bool,
    #[serde(deserialize_with = "super::flag_or_none")]
    in_sync: Option<bool>,
    checked_at: Option<i64>,
    period_ends_at: Option<i64>,
    in_doubt_since: Option<i64>,
    billed: i64,
    /// A list without entries is none on PostgreSQL.
    invoices: Option<Vec<i64>>,
}

/// Mandates in the making: their rows come in any mixture, each kind in its order.
#[derive(Default)]
pub(in crate::adapters::sql) struct Mandates {
    order: Vec<MandateRecord>,
    places: HashMap<String, usize>,
    roles: Vec<RoleRow>,
    subscriptions: Vec<SubscriptionRow>,
    /// Ids of subscriptions with an unresolved operation.
    pub(in crate::adapters::sql) unresolved: Vec<String>,
}

impl Mandates {
    /// Takes a row of kind `mandate`, `role` or `subscription`. False when it is of another kind.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`].
    pub(in crate::adapters::sql) fn take(&mut self, row: &Row) -> Result<bool, StoreError> {
        match row.kind.as_str() {
            "mandate" => self.take_mandate(row.decode()?),
            "role" => self.roles.push(row.decode()?),
            "subscription" => self.take_subscription(row.decode()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// All mandates, in order.
    pub(in crate::adapters::sql) fn finish(mut self) -> Vec<MandateRecord> {
        for row in self.subscriptions {
            if let Some(mandate) = self.places.get(&row.mandate_id).and_then(|place| self.order.get_mut(*place)) {
                mandate.subscriptions.push(row.into());
            }
        }
        for row in self.roles {
            let mandate = self.places.get(&row.of).and_then(|place| self.order.get_mut(*place));
            if let Some(membership) = mandate.and_then(|mandate| mandate.membership.as_mut()) {
                membership.roles.push(RoleRecord {
                    label: row.label,
                    mandate_id: row.mandate_id,
                    instance_id: row.instance_id,
                });
            }
        }
        self.order
    }

    fn take_mandate(&mut self, row: MandateRow) {
        self.places.insert(row.id.clone(), self.order.len());
        self.order.push(MandateRecord {
            id: row.id,
            name: row.name,
            label: row.label,
            is_system: row.is_system,
            enabled: row.enabled,
            membership: row.membership.map(|enabled| MembershipRecord { enabled, roles: Vec::new() }),
            subscriptions: Vec::new(),
            counted: row.counted,
            waiting: row.waiting,
            caps: CapsRecord {
                instances: row.cap_instances,
                monthly: row
                    .cap_monthly_minor
                    .zip(row.cap_currency)
                    .map(|(minor, currency)| MonthlyCap { minor, currency }),
            },
        });
    }

    fn take_subscription(&mut self, row: SubscriptionRow) {
        if row.unresolved {
            self.unresolved.push(row.id.clone());
        }
        self.subscriptions.push(row);
    }
}

impl From<SubscriptionRow> for SubscriptionRecord {
    fn from(row: SubscriptionRow) -> Self {
        let plan = match (row.known_plan, row.currency, row.billing_period) {
            (Some(key), Some(currency), Some(billing_period)) => Some(PlanRecord {
                key,
                label: row.plan_label,
                price_minor: row.price_minor,
                currency,
                price_includes_tax: row.price_includes_tax,
                billing_period,
                max_instances: row.max_instances,
                max_data_volume_mb: row.max_data_volume_mb,
                budget_ai_minor: row.budget_ai_minor,
            }),
            _ => None,
        };
        let mut invoices = row.invoices.unwrap_or_default();
        invoices.sort_unstable();
        Self {
            id: row.id,
            plan_key: row.plan_key,
            plan,
            status: row.status,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            trial_ends_at: row.trial_ends_at,
            stripe_subscription_id: row.stripe_subscription_id,
            stripe_item_id: row.stripe_item_id,
            price_at_odds: row.price_at_odds,
            provider_differs: row.blocked,
            confirmed_quantity: row.confirmed,
            in_doubt_since: row.in_doubt_since,
            billed: row.billed,
            invoices,
            in_sync: row.in_sync,
            checked_at: row.checked_at,
            period_ends_at: row.period_ends_at,
        }
    }
}
