//! The inbox of webhooks.

use async_trait::async_trait;
use serde::Deserialize;

use super::{SqlStore, session::flag};
use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        inbox::{ClaimedEvents, EventOutcome, Fate, InboxStore, NewEvent},
    },
};

/// A repeated event changes nothing. One that was given up is tried again when somebody has it sent again.
const KEEP: &str = "INSERT INTO webhook_events (event_id, kind, created_at, livemode, account, object_id, object_kind, \
     stripe_subscription_id, received_at, state, settled_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $10 = 'waiting' THEN NULL ELSE now_ms() END) \
     ON CONFLICT (event_id) DO UPDATE SET state = 'waiting', attempts = 0, not_before = 0, settled_at = NULL \
     WHERE webhook_events.state = 'dead'";

/// Takes the waiting events of the subscription whose oldest one came first and of which one is due. Claims of one
/// subscription meet at its oldest event, so that two hosts never wait for each other. $1 claim, $2 lease.
const CLAIM: &str = "UPDATE webhook_events SET claimed_by = $1, lease_until = now_ms() + $2 \
     WHERE state = 'waiting' AND lease_until <= now_ms() AND stripe_subscription_id = (\
     SELECT e.stripe_subscription_id FROM webhook_events e WHERE e.state = 'waiting' AND e.lease_until <= now_ms() \
     AND NOT EXISTS (SELECT 1 FROM webhook_events o WHERE o.stripe_subscription_id = e.stripe_subscription_id \
     AND o.state = 'waiting' AND (o.seq < e.seq OR o.lease_until > now_ms())) \
     AND EXISTS (SELECT 1 FROM webhook_events d WHERE d.stripe_subscription_id = e.stripe_subscription_id \
     AND d.state = 'waiting' AND d.not_before <= now_ms()) \
     ORDER BY e.seq LIMIT 1 FOR UPDATE SKIP LOCKED) \
     RETURNING 'event' AS kind, CAST(json_object('seq', seq, 'event_id', event_id, 'attempts', attempts, \
     'subscription', stripe_subscription_id) AS TEXT) AS json";

/// $1 claim, $2 state.
const SETTLE: &str = "UPDATE webhook_events SET state = $2, settled_at = now_ms(), claimed_by = NULL, lease_until = 0, \
     last_error = NULL WHERE claimed_by = $1 AND state = 'waiting'";

/// $1 claim, $2 pause, $3 most attempts, $4 cause.
const PUT_OFF: &str = "UPDATE webhook_events SET attempts = attempts + 1, not_before = now_ms() + $2, \
     state = CASE WHEN attempts + 1 >= $3 THEN 'dead' ELSE 'waiting' END, \
     settled_at = CASE WHEN attempts + 1 >= $3 THEN now_ms() ELSE NULL END, \
     claimed_by = NULL, lease_until = 0, last_error = $4 WHERE claimed_by = $1 AND state = 'waiting' \
     RETURNING state AS kind, CAST(json_object('event_id', event_id) AS TEXT) AS json";

const FORGET: &str = "DELETE FROM webhook_events WHERE state IN ('done', 'ignored', 'foreign') AND settled_at < $1";

#[derive(Deserialize)]
struct ClaimedRow {
    seq: i64,
    event_id: String,
    attempts: i64,
    subscription: String,
}

#[derive(Deserialize)]
struct EventId {
    event_id: String,
}

#[async_trait]
impl InboxStore for SqlStore {
    async fn keep_event(&self, event: &NewEvent) -> Result<bool, StoreError> {
        let (object_id, object_kind) = event.object.clone().unzip();
        let (state, subscription) = match &event.fate {
            Fate::Read { subscription } => ("waiting", Some(subscription.clone())),
            Fate::Ignored => ("ignored", None),
            Fate::Foreign => ("foreign", None),
        };
        let query = self
            .session
            .query(KEEP)
            .bind(event.id.clone())
            .bind(event.kind.clone())
            .bind(event.created_at)
            .bind(event.livemode.map(flag))
            .bind(event.account.clone())
            .bind(object_id)
            .bind(object_kind)
            .bind(subscription)
            .bind(event.received_at)
            .bind(state);
        Ok(self.session.run_alone(&self.writer, query).await? == 1)
    }

    async fn claim_events(&self, claim: &str, lease: i64) -> Result<Option<ClaimedEvents>, StoreError> {
        let query = self.session.query(CLAIM).bind(claim.to_owned()).bind(lease);
        let rows = self.session.rows_alone(&self.writer, query).await?;
        let mut rows: Vec<ClaimedRow> = rows.iter().map(|row| row.decode()).collect::<Result<_, _>>()?;
        rows.sort_by_key(|row| row.seq);
        let attempts = rows.iter().map(|row| row.attempts).max().unwrap_or(0);
        let Some(subscription) = rows.first().map(|row| row.subscription.clone()) else { return Ok(None) };
        let event_ids = rows.into_iter().map(|row| row.event_id).collect();
        Ok(Some(ClaimedEvents { subscription, event_ids, attempts }))
    }

    async fn settle_events(&self, claim: &str, outcome: EventOutcome) -> Result<(), StoreError> {
        let state = match outcome {
            EventOutcome::Done => "done",
            EventOutcome::Ignored => "ignored",
        };
        let query = self.session.query(SETTLE).bind(claim.to_owned()).bind(state);
        self.session.run_alone(&self.writer, query).await.map(|_| ())
    }

    async fn put_off_events(
        &self,
        claim: &str,
        pause: i64,
        most_attempts: i64,
        cause: &str,
    ) -> Result<Vec<String>, StoreError> {
        let query =
            self.session.query(PUT_OFF).bind(claim.to_owned()).bind(pause).bind(most_attempts).bind(cause.to_owned());
        let rows = self.session.rows_alone(&self.writer, query).await?;
        rows.iter().filter(|row| row.kind == "dead").map(|row| Ok(row.decode::<EventId>()?.event_id)).collect()
    }

    async fn forget_events(&self, before: Millis) -> Result<u64, StoreError> {
        self.session.run_alone(&self.writer, self.session.query(FORGET).bind(before)).await
    }
}
