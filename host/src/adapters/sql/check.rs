//! Comparisons with the billing provider: shared by leases, kept per subscription.

use async_trait::async_trait;
use core_wasm::facts::SubscriptionStatus;
use serde::Deserialize;

use super::{
    SqlStore, audit,
    error::inconsistent,
    session::{Query, flag},
    transaction::LOCK,
};
use crate::ports::{
    billing::BillingTarget,
    clock::Millis,
    store::{
        StoreError,
        audit::AuditEntry,
        check::{Bound, Check, CheckStore, CreditDue, Installation, Position, Round, Standing, Unresolved},
    },
};

const INSTALL: &str = "INSERT INTO installation (one, id, made_at) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING";

const INSTALLATION: &str = "SELECT 'installation' AS kind, CAST(json_object('id', n.id, \
     'account', n.provider_account) AS TEXT) AS json FROM installation n";

/// $2: also when it is bound to another account.
const BIND: &str = "UPDATE installation SET provider_account = $1 WHERE provider_account IS NULL OR $2 = 1";

/// The prime keeps neighbours apart.
const ENROLL: &str = "INSERT INTO checks (subscription_id, due_at) \
     SELECT s.id, now_ms() + (s.seq * 7919993) % CAST($1 AS BIGINT) FROM subscriptions s \
     WHERE s.stripe_subscription_id IS NOT NULL AND s.stripe_item_id IS NOT NULL \
     AND NOT EXISTS (SELECT 1 FROM checks k WHERE k.subscription_id = s.id) ON CONFLICT (subscription_id) DO NOTHING";

/// What was put off further than is usual now, because it was compared less often then, comes sooner.
const SOONER: &str = "UPDATE checks SET due_at = now_ms() + (seq * 7919993) % CAST($1 AS BIGINT) \
     WHERE due_at > now_ms() + 2 * CAST($1 AS BIGINT)";

/// $1 lease, $2 until it is due again.
const CLAIM: &str = "UPDATE checks SET lease_until = now_ms() + $1, due_at = now_ms() + $2 \
     WHERE subscription_id = (SELECT k.subscription_id FROM checks k WHERE k.due_at <= now_ms() \
     AND k.lease_until <= now_ms() ORDER BY k.due_at, k.seq LIMIT 1 FOR UPDATE SKIP LOCKED) \
     AND due_at <= now_ms() AND lease_until <= now_ms() \
     RETURNING 'claimed' AS kind, CAST(json_object('id', subscription_id) AS TEXT) AS json";

const MARK_DUE: &str = "UPDATE checks SET due_at = 0 WHERE subscription_id = $1";

const BOUND: &str = "SELECT 'bound' AS kind, CAST(json_object('id', s.id) AS TEXT) AS json FROM subscriptions s \
     WHERE s.stripe_subscription_id IS NOT NULL AND s.stripe_item_id IS NOT NULL \
     AND s.mandate_id = coalesce($1, s.mandate_id) ORDER BY s.seq";

/// `counted` is what the ledger forms operations from. $1 subscription.
const POSITION: &str = "SELECT 'position' AS kind, CAST(json_object('subscription_id', s.id, \
     'mandate_id', s.mandate_id, 'stripe_subscription_id', s.stripe_subscription_id, \
     'stripe_item_id', s.stripe_item_id, 'status', s.status, 'trial_ends_at', s.trial_ends_at, 'ends_at', s.ends_at, \
     'price_minor', p.price_minor, 'currency', p.currency, 'stripe_price_id', p.stripe_price_id, \
     'counted', (SELECT count(*) FROM instances i WHERE i.mandate_id = s.mandate_id AND i.state = 'active') \
     + (SELECT count(*) FROM changes c WHERE c.subscription_id = s.id AND c.kind = 'end' \
     AND c.gate IS NULL AND c.state IN ('queued', 'billing')) \
     - (SELECT count(*) FROM changes c WHERE c.subscription_id = s.id AND c.kind IN ('activate', 'restore') \
     AND c.gate IS NULL AND c.state = 'queued'), \
     'confirmed', (SELECT o.to_quantity FROM operations o WHERE o.subscription_id = s.id \
     AND o.state IN ('applied', 'observed') AND o.stripe_subscription_id = s.stripe_subscription_id \
     AND o.stripe_item_id = s.stripe_item_id ORDER BY o.seq DESC LIMIT 1), \
     'price_at_odds', (SELECT o.price_at_odds FROM operations o WHERE o.subscription_id = s.id \
     AND o.state IN ('applied', 'observed') AND o.state = 'observed' \
     AND o.stripe_subscription_id = s.stripe_subscription_id \
     AND o.stripe_item_id = s.stripe_item_id ORDER BY o.seq DESC LIMIT 1), \
     'unresolved', (SELECT o.id FROM operations o WHERE o.subscription_id = s.id \
     AND o.state IN ('prepared', 'sent', 'in_doubt')), \
     'unresolved_since', (SELECT o.created_at FROM operations o WHERE o.subscription_id = s.id \
     AND o.state IN ('prepared', 'sent', 'in_doubt')), \
     'last_operation_id', (SELECT o.id FROM operations o WHERE o.subscription_id = s.id \
     AND o.state IN ('applied', 'observed') AND o.state = 'applied' \
     AND o.stripe_subscription_id = s.stripe_subscription_id \
     AND o.stripe_item_id = s.stripe_item_id ORDER BY o.seq DESC LIMIT 1), \
     'waiting_ends', (SELECT count(*) FROM changes c WHERE c.subscription_id = s.id AND c.state = 'queued' \
     AND c.kind = 'end'), \
     'refused_ends', (SELECT count(*) FROM changes c WHERE c.subscription_id = s.id AND c.state = 'queued' \
     AND c.kind = 'end' AND c.refusals > 0), \
     'others', (SELECT count(*) FROM subscriptions x WHERE x.mandate_id = s.mandate_id AND x.id <> s.id \
     AND x.stripe_subscription_id IS NOT NULL AND x.stripe_item_id IS NOT NULL \
     AND x.status NOT IN ('CANCELED', 'EXPIRED')), \
     'accepted_operation_id', k.accepted_operation_id, 'synced_at', k.synced_at, 'repair_since', k.repair_since, \
     'repaired_at', k.repaired_at) AS TEXT) AS json \
     FROM subscriptions s LEFT JOIN plans p ON p.key = s.plan_key LEFT JOIN checks k ON k.subscription_id = s.id \
     AND k.stripe_subscription_id = s.stripe_subscription_id AND k.stripe_item_id = s.stripe_item_id \
     WHERE s.id = $1 AND s.stripe_subscription_id IS NOT NULL AND s.stripe_item_id IS NOT NULL";

/// What is known since an earlier comparison is kept as long as it is about the same item of the provider. A subscription
/// that is gone since is no fault. $1 subscription, $2 and $3 target, $4 when, $5 in sync, $6 repairable, $7 blocks,
/// $8 holds, $9 findings.
const RECORD: &str = "INSERT INTO checks (subscription_id, stripe_subscription_id, stripe_item_id, due_at, looked_at, \
     checked_at, in_sync, synced_at, drift_since, repair_since, blocks, holds, findings, period_ends_at) \
     SELECT s.id, CAST($2 AS TEXT), CAST($3 AS TEXT), now_ms(), CAST($4 AS BIGINT), CAST($4 AS BIGINT), \
     CAST($5 AS BIGINT), CASE WHEN $5 = 1 THEN CAST($4 AS BIGINT) END, CASE WHEN $5 = 0 THEN CAST($4 AS BIGINT) END, \
     CASE WHEN $6 = 1 THEN CAST($4 AS BIGINT) END, CAST($7 AS BIGINT), CAST($8 AS BIGINT), CAST($9 AS TEXT), \
     CAST($10 AS BIGINT) \
     FROM subscriptions s WHERE s.id = $1 \
     ON CONFLICT (subscription_id) DO UPDATE SET lease_until = 0, looked_at = excluded.looked_at, \
     checked_at = excluded.checked_at, in_sync = excluded.in_sync, blocks = excluded.blocks, holds = excluded.holds, \
     findings = excluded.findings, period_ends_at = excluded.period_ends_at, \
     stripe_subscription_id = excluded.stripe_subscription_id, stripe_item_id = excluded.stripe_item_id, \
     synced_at = CASE WHEN checks.stripe_item_id = excluded.stripe_item_id \
     THEN coalesce(excluded.synced_at, checks.synced_at) ELSE excluded.synced_at END, \
     drift_since = CASE WHEN excluded.drift_since IS NOT NULL AND checks.stripe_item_id = excluded.stripe_item_id \
     THEN coalesce(checks.drift_since, excluded.drift_since) ELSE excluded.drift_since END, \
     repair_since = CASE WHEN excluded.repair_since IS NOT NULL AND checks.stripe_item_id = excluded.stripe_item_id \
     THEN coalesce(checks.repair_since, excluded.repair_since) ELSE excluded.repair_since END, \
     repaired_at = CASE WHEN checks.stripe_item_id = excluded.stripe_item_id THEN checks.repaired_at END, \
     accepted_operation_id = CASE WHEN checks.stripe_item_id = excluded.stripe_item_id \
     THEN checks.accepted_operation_id END \
     WHERE checks.checked_at IS NULL OR checks.checked_at <= excluded.checked_at";

const LOOKED: &str = "UPDATE checks SET looked_at = $2, lease_until = 0 WHERE subscription_id = $1";

const REPAIRED: &str = "UPDATE checks SET repaired_at = $2 WHERE subscription_id = $1";

/// $1 subscription, $2 and $3 target, $4 operation.
const ACCEPT: &str = "INSERT INTO checks (subscription_id, stripe_subscription_id, stripe_item_id, due_at, \
     accepted_operation_id) SELECT s.id, CAST($2 AS TEXT), CAST($3 AS TEXT), now_ms(), CAST($4 AS TEXT) \
     FROM subscriptions s WHERE s.id = $1 \
     ON CONFLICT (subscription_id) DO UPDATE SET accepted_operation_id = excluded.accepted_operation_id, \
     stripe_subscription_id = excluded.stripe_subscription_id, stripe_item_id = excluded.stripe_item_id, \
     checked_at = CASE WHEN checks.stripe_item_id = excluded.stripe_item_id THEN checks.checked_at END, \
     in_sync = CASE WHEN checks.stripe_item_id = excluded.stripe_item_id THEN checks.in_sync END, \
     synced_at = CASE WHEN checks.stripe_item_id = excluded.stripe_item_id THEN checks.synced_at END, \
     drift_since = CASE WHEN checks.stripe_item_id = excluded.stripe_item_id THEN checks.drift_since END, \
     repair_since = CASE WHEN checks.stripe_item_id = excluded.stripe_item_id THEN checks.repair_since END, \
     period_ends_at = CASE WHEN checks.stripe_item_id = excluded.stripe_item_id THEN checks.period_ends_at END, \
     repaired_at = CASE WHEN checks.stripe_item_id = excluded.stripe_item_id THEN checks.repaired_at END";

/// One that was never looked at counts as looked at in the year 1970.
const ROUND: &str = "SELECT 'round' AS kind, CAST(json_object(\
     'drifting', (SELECT count(*) FROM checks k WHERE k.repair_since IS NOT NULL), \
     'oldest', (SELECT min(coalesce(k.looked_at, 0)) FROM subscriptions s \
     LEFT JOIN checks k ON k.subscription_id = s.id \
     WHERE s.stripe_subscription_id IS NOT NULL AND s.stripe_item_id IS NOT NULL)) AS TEXT) AS json";

const TAKE_OVER: &str = "UPDATE subscriptions SET status = $4, trial_ends_at = $5, ends_at = $6 \
     WHERE id = $1 AND stripe_subscription_id = $2 AND stripe_item_id = $3";

/// Nothing may be under way. $1 subscription, $2 when.
const FINISH_ENDS: &str = "UPDATE changes SET state = 'done', settled_at = $2 WHERE subscription_id = $1 \
     AND kind = 'end' AND state = 'queued' AND NOT EXISTS (SELECT 1 FROM operations o \
     WHERE o.subscription_id = $1 AND o.state IN ('prepared', 'sent', 'in_doubt'))";

const OVERDUE: &str = "SELECT 'overdue' AS kind, CAST(json_object('id', o.id, 'since', o.created_at) AS TEXT) AS json \
     FROM operations o WHERE o.state IN ('prepared', 'sent', 'in_doubt') AND o.created_at < $1 ORDER BY o.seq LIMIT 100";

const CREDITS_DUE: &str = "SELECT 'credit' AS kind, CAST(json_object('id', o.id, 'mandate_id', o.mandate_id, \
     'instances', o.from_quantity - o.to_quantity, 'from', o.credit_from, \
     'until', coalesce(o.proration_at, o.settled_at)) AS TEXT) AS json FROM operations o \
     WHERE o.credit_from IS NOT NULL AND o.credited_at IS NULL AND o.state = 'applied' \
     AND o.from_quantity > o.to_quantity ORDER BY o.seq";

const CREDITED: &str = "UPDATE operations SET credited_at = $2 \
     WHERE id = $1 AND credit_from IS NOT NULL AND credited_at IS NULL AND state = 'applied'";

#[derive(Deserialize)]
struct InstallationRow {
    id: String,
    account: Option<String>,
}

#[derive(Deserialize)]
struct IdRow {
    id: String,
}

#[derive(Deserialize)]
struct PositionRow {
    subscription_id: String,
    mandate_id: String,
    stripe_subscription_id: String,
    stripe_item_id: String,
    status: SubscriptionStatus,
    trial_ends_at: Option<Millis>,
    ends_at: Option<Millis>,
    price_minor: Option<i64>,
    currency: Option<String>,
    stripe_price_id: Option<String>,
    counted: i64,
    confirmed: Option<i64>,
    #[serde(deserialize_with = "super::rows::flag_or_none")]
    price_at_odds: Option<bool>,
    unresolved: Option<String>,
    unresolved_since: Option<Millis>,
    last_operation_id: Option<String>,
    waiting_ends: i64,
    refused_ends: i64,
    others: i64,
    accepted_operation_id: Option<String>,
    synced_at: Option<Millis>,
    repair_since: Option<Millis>,
    repaired_at: Option<Millis>,
}

#[derive(Deserialize)]
struct RoundRow {
    drifting: i64,
    oldest: Option<Millis>,
}

#[derive(Deserialize)]
struct OverdueRow {
    id: String,
    since: Millis,
}

#[derive(Deserialize)]
struct CreditRow {
    id: String,
    mandate_id: String,
    instances: i64,
    from: Millis,
    until: Millis,
}

#[async_trait]
impl CheckStore for SqlStore {
    async fn installation(&self, id: &str, now: Millis) -> Result<Installation, StoreError> {
        let install = self.session.query(INSTALL).bind(id.to_owned()).bind(now);
        self.session.run_alone(&self.writer, install).await?;
        let rows = self.session.rows_alone(&self.writer, self.session.query(INSTALLATION)).await?;
        let row = rows.first().ok_or_else(|| inconsistent("the installation's row is missing"))?;
        let InstallationRow { id, account } = row.decode()?;
        Ok(Installation { id, account })
    }

    async fn bind_account(&self, account: &str, anew: Option<&AuditEntry>) -> Result<(), StoreError> {
        let bind = self.session.query(BIND).bind(account.to_owned()).bind(flag(anew.is_some()));
        match anew {
            Some(entry) => self.write_audited(bind, entry).await,
            None => self.change(bind).await,
        }
        .map(|_| ())
    }

    async fn enroll(&self, every: i64) -> Result<(), StoreError> {
        self.change(self.session.query(ENROLL).bind(every.max(1))).await?;
        self.change(self.session.query(SOONER).bind(every.max(1))).await.map(|_| ())
    }

    async fn claim_check(&self, lease: i64, next: i64) -> Result<Option<String>, StoreError> {
        let claim = self.session.query(CLAIM).bind(lease).bind(next);
        let rows = self.session.rows_alone(&self.writer, claim).await?;
        rows.first().map(|row| row.decode::<IdRow>().map(|row| row.id)).transpose()
    }

    async fn mark_due(&self, subscription_id: &str) -> Result<(), StoreError> {
        self.change(self.session.query(MARK_DUE).bind(subscription_id.to_owned())).await.map(|_| ())
    }

    async fn bound(&self, mandate_id: Option<&str>) -> Result<Vec<String>, StoreError> {
        let query = self.session.query(BOUND).bind(mandate_id.map(str::to_owned));
        let rows = self.session.rows_alone(&self.readers, query).await?;
        rows.iter().map(|row| row.decode::<IdRow>().map(|row| row.id)).collect()
    }

    async fn position(&self, subscription_id: &str) -> Result<Option<Position>, StoreError> {
        let query = self.session.query(POSITION).bind(subscription_id.to_owned());
        let rows = self.session.rows_alone(&self.readers, query).await?;
        Ok(rows.first().map(|row| row.decode::<PositionRow>()).transpose()?.map(Position::from))
    }

    async fn record_check(&self, check: &Check) -> Result<(), StoreError> {
        let query = self
            .session
            .query(RECORD)
            .bind(check.bound.subscription_id.clone())
            .bind(check.bound.target.subscription.clone())
            .bind(check.bound.target.item.clone())
            .bind(check.at)
            .bind(flag(check.in_sync))
            .bind(flag(check.repairable))
            .bind(flag(check.blocks))
            .bind(flag(check.holds))
            .bind(check.findings.clone())
            .bind(check.period_ends_at);
        self.change(query).await.map(|_| ())
    }

    async fn record_look(&self, subscription_id: &str, at: Millis) -> Result<(), StoreError> {
        self.change(self.session.query(LOOKED).bind(subscription_id.to_owned()).bind(at)).await.map(|_| ())
    }

    async fn record_repair(&self, subscription_id: &str, at: Millis) -> Result<(), StoreError> {
        self.change(self.session.query(REPAIRED).bind(subscription_id.to_owned()).bind(at)).await.map(|_| ())
    }

    async fn accept_writer(
        &self,
        subscription: &Bound,
        operation_id: &str,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let query = self
            .session
            .query(ACCEPT)
            .bind(subscription.subscription_id.clone())
            .bind(subscription.target.subscription.clone())
            .bind(subscription.target.item.clone())
            .bind(operation_id.to_owned());
        self.write_audited(query, entry).await.map(|_| ())
    }

    async fn write_down(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let mut transaction = self.session.begin(&self.writer).await?;
        audit::add(&self.session, &mut transaction, entry).await?;
        self.session.commit(transaction).await
    }

    async fn round(&self) -> Result<Round, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(ROUND)).await?;
        let row = rows.first().ok_or_else(|| inconsistent("there is no round"))?;
        let RoundRow { drifting, oldest } = row.decode()?;
        Ok(Round { drifting, complete_since: oldest.filter(|oldest| *oldest > 0) })
    }

    async fn take_over(
        &self,
        subscription: &Bound,
        standing: &Standing,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let word = serde_json::to_value(standing.status).ok();
        let word = word.as_ref().and_then(serde_json::Value::as_str);
        let status = word.ok_or_else(|| inconsistent("a status has no word"))?.to_owned();
        let query = self
            .session
            .query(TAKE_OVER)
            .bind(subscription.subscription_id.clone())
            .bind(subscription.target.subscription.clone())
            .bind(subscription.target.item.clone())
            .bind(status)
            .bind(standing.trial_ends_at)
            .bind(standing.ends_at);
        Ok(self.locked(&subscription.mandate_id, query, entry).await? == 1)
    }

    async fn finish_ends(&self, subscription: &Bound, at: Millis, entry: &AuditEntry) -> Result<u64, StoreError> {
        let query = self.session.query(FINISH_ENDS).bind(subscription.subscription_id.clone()).bind(at);
        self.locked(&subscription.mandate_id, query, entry).await
    }

    async fn overdue(&self, before: Millis) -> Result<Vec<Unresolved>, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(OVERDUE).bind(before)).await?;
        rows.iter()
            .map(|row| {
                let OverdueRow { id, since } = row.decode()?;
                Ok(Unresolved { operation_id: id, since })
            })
            .collect()
    }

    async fn credits_due(&self) -> Result<Vec<CreditDue>, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(CREDITS_DUE)).await?;
        rows.iter()
            .map(|row| {
                let CreditRow { id, mandate_id, instances, from, until } = row.decode()?;
                Ok(CreditDue { operation_id: id, mandate_id, instances, from, until })
            })
            .collect()
    }

    async fn credit_made_good(&self, operation_id: &str, entry: &AuditEntry) -> Result<bool, StoreError> {
        let query = self.session.query(CREDITED).bind(operation_id.to_owned()).bind(entry.at);
        Ok(self.write_audited(query, entry).await? == 1)
    }
}

impl SqlStore {
    async fn change(&self, query: Query) -> Result<u64, StoreError> {
        self.session.run_alone(&self.writer, query).await
    }

    /// Runs a statement under a mandate's lock. Where it touched rows, `entry` says who did it.
    async fn locked(&self, mandate_id: &str, query: Query, entry: &AuditEntry) -> Result<u64, StoreError> {
        let mut transaction = self.session.begin(&self.writer).await?;
        self.session.run(&mut transaction, self.session.query(LOCK).bind(mandate_id.to_owned())).await?;
        let touched = self.session.run(&mut transaction, query).await?;
        if touched > 0 {
            audit::add(&self.session, &mut transaction, entry).await?;
        }
        self.session.commit(transaction).await?;
        Ok(touched)
    }
}

impl From<PositionRow> for Position {
    fn from(row: PositionRow) -> Self {
        Self {
            bound: Bound {
                subscription_id: row.subscription_id,
                mandate_id: row.mandate_id,
                target: BillingTarget { subscription: row.stripe_subscription_id, item: row.stripe_item_id },
            },
            standing: Standing { status: row.status, trial_ends_at: row.trial_ends_at, ends_at: row.ends_at },
            plan_price: row.price_minor.zip(row.currency),
            plan_price_id: row.stripe_price_id,
            counted: row.counted,
            confirmed: row.confirmed,
            price_at_odds: row.price_at_odds,
            unresolved: row
                .unresolved
                .zip(row.unresolved_since)
                .map(|(operation_id, since)| Unresolved { operation_id, since }),
            last_operation_id: row.last_operation_id,
            accepted_operation_id: row.accepted_operation_id,
            waiting_ends: row.waiting_ends,
            refused_ends: row.refused_ends,
            others: row.others,
            synced_at: row.synced_at,
            repair_since: row.repair_since,
            repaired_at: row.repaired_at,
        }
    }
}
