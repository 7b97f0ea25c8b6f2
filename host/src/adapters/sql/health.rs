//! Counts how billing stands, what is not told yet, and whether hosts decide alike.

use async_trait::async_trait;

use super::{SqlStore, error::inconsistent};
use crate::ports::store::{
    StoreError,
    health::{BillingHealth, HealthStore},
};

/// What is unresolved or waits is found by partial indexes; only the refusals of a day are counted by a scan of the ledger.
const HEALTH: &str = "SELECT 'health' AS kind, CAST(json_object(\
     'unresolved', (SELECT count(*) FROM operations WHERE state IN ('prepared', 'sent', 'in_doubt')), \
     'in_doubt', (SELECT count(*) FROM operations WHERE state = 'in_doubt'), \
     'oldest_unresolved', (SELECT coalesce(now_ms() - min(created_at), 0) FROM operations \
     WHERE state IN ('prepared', 'sent', 'in_doubt')), \
     'queued', (SELECT count(*) FROM changes WHERE state = 'queued'), \
     'oldest_queued', (SELECT coalesce(now_ms() - min(created_at), 0) FROM changes WHERE state = 'queued'), \
     'rejected', (SELECT count(*) FROM operations WHERE state = 'rejected' AND settled_at > now_ms() - 86400000), \
     'misquoted', (SELECT count(*) FROM operations WHERE quoted_minor IS NOT NULL \
     AND (billed_minor IS NULL OR billed_minor <> quoted_minor)), \
     'credits_due', (SELECT count(*) FROM operations WHERE credit_from IS NOT NULL AND credited_at IS NULL), \
     'drifting', (SELECT count(*) FROM checks WHERE in_sync = 0), \
     'oldest_drift', (SELECT coalesce(now_ms() - min(drift_since), 0) FROM checks WHERE in_sync = 0), \
     'paused', (SELECT coalesce(now_ms() - min(since), 0) FROM pauses WHERE name = 'billing'), \
     'notices_waiting', (SELECT count(*) FROM notices WHERE state = 'waiting'), \
     'notices_dead', (SELECT count(*) FROM notices WHERE state = 'dead'), \
     'webhooks_waiting', (SELECT count(*) FROM webhook_events WHERE state = 'waiting'), \
     'webhooks_dead', (SELECT count(*) FROM webhook_events WHERE state = 'dead'), \
     'events_waiting', (SELECT count(*) FROM event_deliveries WHERE state = 'waiting'), \
     'oldest_event', (SELECT coalesce(now_ms() - min(w.since), 0) FROM (SELECT min(asked_at) AS since FROM event_deliveries \
     WHERE state = 'waiting' UNION ALL SELECT min(at) FROM events WHERE place IS NULL) w), \
     'events_dead', (SELECT count(*) FROM event_deliveries d JOIN event_endpoints t ON t.id = d.endpoint_id \
     WHERE d.state = 'dead' AND t.state <> 'disabled'), \
     'endpoints_gone', (SELECT count(*) FROM event_endpoints WHERE state = 'gone'), \
     'closing', (SELECT count(*) FROM mandates WHERE closing_at IS NOT NULL), \
     'oldest_closing', (SELECT coalesce(now_ms() - min(closing_at), 0) FROM mandates WHERE closing_at IS NOT NULL), \
     'unsealed', (SELECT count(*) FROM audit_unsealed), \
     'oldest_unsealed', (SELECT coalesce(now_ms() - min(a.at), 0) FROM audit_unsealed u JOIN audit a ON a.seq = u.entry), \
     'hosts', (SELECT count(*) FROM host_policies WHERE reported_at >= now_ms() - 60000), \
     'policies', (SELECT count(DISTINCT policy_digest) FROM host_policies WHERE reported_at >= now_ms() - 60000), \
     'settings', (SELECT count(DISTINCT settings_digest) FROM host_policies WHERE reported_at >= now_ms() - 60000), \
     'policies_refused', (SELECT count(*) FROM host_policies WHERE refused IS NOT NULL \
     AND reported_at >= now_ms() - 60000)) AS TEXT) AS json";

#[async_trait]
impl HealthStore for SqlStore {
    async fn billing_health(&self) -> Result<BillingHealth, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(HEALTH)).await?;
        rows.first().ok_or_else(|| inconsistent("the health of billing has no row"))?.decode()
    }
}
