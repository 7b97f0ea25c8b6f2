//! Deliveries: claimed in order, settled once, asked for again.

use async_trait::async_trait;
use secrecy::SecretString;
use serde::Deserialize;
use sqlx::AnyConnection;

use super::{EventRow, endpoint::GIVE_UP, event, event_members};
use crate::{
    adapters::sql::{
        SqlStore, audit,
        error::inconsistent,
        session::{Row, Session},
    },
    ports::{
        clock::Millis,
        store::{
            StoreError,
            audit::{AuditEntry, Who},
            delivery::{
                Attempt, AttemptRecord, AttemptsWanted, ClaimedDelivery, DeliveriesWanted, DeliveryRecord,
                DeliveryState, DeliveryStore, Resend, Verdict,
            },
        },
    },
};

/// Takes the first of an endpoint's events of one mandate that is not settled, if it is due: so an endpoint gets the events
/// of a mandate in their order. $1 claim, $2 lease, $3 now, $4 how many of one endpoint at once.
const CLAIM: &str = "UPDATE event_deliveries SET claimed_by = $1, lease_until = now_ms() + $2 \
     WHERE state = 'waiting' AND lease_until <= now_ms() AND seq = (\
     SELECT d.seq FROM event_deliveries d WHERE d.state = 'waiting' AND d.not_before <= $3 AND d.lease_until <= now_ms() \
     AND EXISTS (SELECT 1 FROM event_endpoints t WHERE t.id = d.endpoint_id AND t.state = 'enabled') \
     AND NOT EXISTS (SELECT 1 FROM event_deliveries o WHERE o.endpoint_id = d.endpoint_id \
     AND o.mandate_id = d.mandate_id AND o.state = 'waiting' AND o.place < d.place) \
     AND (SELECT count(*) FROM event_deliveries b WHERE b.endpoint_id = d.endpoint_id AND b.state = 'waiting' \
     AND b.lease_until > 0 AND b.lease_until > now_ms()) < $4 \
     ORDER BY d.not_before, d.place LIMIT 1 FOR UPDATE SKIP LOCKED) \
     RETURNING 'claimed' AS kind, CAST(json_object('endpoint_id', endpoint_id, 'event_id', event_id, \
     'attempts', attempts, 'asked_at', asked_at) AS TEXT) AS json";

/// $1 endpoint, $2 event, $3 now.
const CONTENTS: &str = concat!(
    "SELECT 'event' AS kind, CAST(0 AS BIGINT) AS seq, CAST(json_object(",
    event_members!(),
    ") AS TEXT) AS json FROM events e WHERE e.id = $2 ",
    "UNION ALL SELECT 'url', CAST(0 AS BIGINT), CAST(json_object('text', t.url) AS TEXT) FROM event_endpoints t ",
    "WHERE t.id = $1 ",
    "UNION ALL SELECT 'secret', -s.seq, CAST(json_object('text', s.secret) AS TEXT) FROM event_secrets s ",
    "WHERE s.endpoint_id = $1 AND (s.expires_at IS NULL OR s.expires_at > $3) ORDER BY 2"
);

const ATTEMPT: &str = "INSERT INTO event_attempts (endpoint_id, event_id, at, took, status, error) \
     VALUES ($1, $2, $3, $4, $5, $6)";

/// $1 claim, $2 state, $3 when it is tried again, $4 when it was settled or null, $5 failed attempts to be added.
const SETTLE: &str = "UPDATE event_deliveries SET state = $2, not_before = $3, settled_at = $4, \
     attempts = attempts + $5, claimed_by = NULL, lease_until = 0 WHERE claimed_by = $1 AND state = 'waiting'";

/// What waits behind one that is put off is put off with it, so that nobody looks at it meanwhile. $1 endpoint, $2 mandate,
/// $3 when it is tried again.
const PUT_OFF: &str = "UPDATE event_deliveries SET not_before = $3 \
     WHERE endpoint_id = $1 AND mandate_id = $2 AND state = 'waiting' AND not_before < $3";

const GONE: &str = "UPDATE event_endpoints SET state = 'gone' WHERE id = $1 AND state = 'enabled'";

/// $1 endpoint or null, $2 state or null, $3 before or null, $4 how many.
const LIST: &str = concat!(
    "SELECT 'delivery' AS kind, CAST(json_object('endpoint_id', d.endpoint_id, 'state', d.state, ",
    "'attempts', d.attempts, 'not_before', d.not_before, 'settled_at', d.settled_at, ",
    "'last_error', (SELECT a.error FROM event_attempts a WHERE a.endpoint_id = d.endpoint_id ",
    "AND a.event_id = d.event_id ORDER BY a.seq DESC LIMIT 1), 'event', json_object(",
    event_members!(),
    ")) AS TEXT) AS json FROM event_deliveries d JOIN events e ON e.id = d.event_id ",
    "WHERE (CAST($1 AS TEXT) IS NULL OR d.endpoint_id = $1) AND (CAST($2 AS TEXT) IS NULL OR d.state = $2) ",
    "AND (CAST($3 AS BIGINT) IS NULL OR d.place < CAST($3 AS BIGINT)) ORDER BY d.place DESC, d.seq LIMIT $4"
);

/// $1 endpoint, $2 event or null, $3 before or null, $4 how many.
const ATTEMPTS: &str = "SELECT 'attempt' AS kind, CAST(json_object('number', a.seq, 'event_id', a.event_id, 'at', a.at, \
     'took', a.took, 'status', a.status, 'error', a.error) AS TEXT) AS json FROM event_attempts a \
     WHERE a.endpoint_id = $1 AND (CAST($2 AS TEXT) IS NULL OR a.event_id = $2) \
     AND (CAST($3 AS BIGINT) IS NULL OR a.seq < CAST($3 AS BIGINT)) ORDER BY a.seq DESC LIMIT $4";

/// The events that are to be sent once more; $1 endpoint, $2 now, $3 which.
macro_rules! resend {
    ($which:literal) => {
        concat!(
            "INSERT INTO event_deliveries (endpoint_id, event_id, place, mandate_id, state, asked_at) ",
            "SELECT t.id, e.id, e.place, e.mandate_id, 'waiting', CAST($2 AS BIGINT) FROM event_endpoints t ",
            "CROSS JOIN events e WHERE t.id = $1 AND t.state = 'enabled' AND e.place IS NOT NULL AND ",
            $which,
            " ON CONFLICT (endpoint_id, event_id) DO UPDATE SET state = 'waiting', attempts = 0, asked_at = $2, ",
            "not_before = 0, settled_at = NULL, claimed_by = NULL, lease_until = 0 ",
            "WHERE event_deliveries.lease_until <= now_ms()"
        )
    };
}

const RESEND_EVENT: &str = resend!("e.id = $3");

const RESEND_DEAD: &str = resend!(
    "$3 = 'dead' AND EXISTS (SELECT 1 FROM event_deliveries d WHERE d.endpoint_id = t.id AND d.event_id = e.id \
     AND d.state = 'dead')"
);

const RESEND_AFTER: &str = resend!(
    "e.place > $3 AND (t.kinds = '[]' OR t.kinds LIKE '%\"' || e.kind || '\"%') AND NOT EXISTS (SELECT 1 \
     FROM event_deliveries d WHERE d.endpoint_id = t.id AND d.event_id = e.id AND d.state <> 'dead')"
);

#[derive(Deserialize)]
struct ClaimedRow {
    endpoint_id: String,
    event_id: String,
    attempts: i64,
    asked_at: i64,
}

#[derive(Deserialize)]
struct TextRow {
    text: String,
}

#[derive(Deserialize)]
struct DeliveryRow {
    endpoint_id: String,
    state: String,
    attempts: i64,
    not_before: i64,
    settled_at: Option<i64>,
    last_error: Option<String>,
    event: EventRow,
}

#[derive(Deserialize)]
struct AttemptRow {
    number: i64,
    event_id: String,
    at: i64,
    took: i64,
    status: Option<u16>,
    error: Option<String>,
}

#[async_trait]
impl DeliveryStore for SqlStore {
    async fn claim_delivery(
        &self,
        claim: &str,
        lease: i64,
        now: Millis,
        at_once: i64,
    ) -> Result<Option<ClaimedDelivery>, StoreError> {
        let query = self.session.query(CLAIM).bind(claim.to_owned()).bind(lease).bind(now).bind(at_once);
        let rows = self.session.rows_alone(&self.writer, query).await?;
        let Some(claimed) = rows.first().map(|row| row.decode::<ClaimedRow>()).transpose()? else { return Ok(None) };
        let query =
            self.session.query(CONTENTS).bind(claimed.endpoint_id.clone()).bind(claimed.event_id.clone()).bind(now);
        let (mut found, mut url, mut secrets) = (None, None, Vec::new());
        for row in self.session.rows_alone(&self.readers, query).await? {
            match row.kind.as_str() {
                "event" => found = Some(event(&row)?),
                "url" => url = Some(row.decode::<TextRow>()?.text),
                _ => secrets.push(SecretString::from(row.decode::<TextRow>()?.text)),
            }
        }
        // Somebody removed the endpoint just now, and the delivery with it.
        let (Some(event), Some(url)) = (found, url) else { return Ok(None) };
        let ClaimedRow { endpoint_id, attempts, asked_at, .. } = claimed;
        Ok(Some(ClaimedDelivery { endpoint_id, url, secrets, event, attempts, asked_at }))
    }

    async fn settle_delivery(
        &self,
        claim: &str,
        delivery: &ClaimedDelivery,
        attempt: &Attempt,
        verdict: Verdict,
    ) -> Result<bool, StoreError> {
        let session = &self.session;
        let ended = attempt.at.saturating_add(attempt.took);
        let (state, again, settled_at, failed) = match verdict {
            Verdict::Delivered => (DeliveryState::Delivered, 0, Some(ended), 0),
            Verdict::Again { at } => (DeliveryState::Waiting, at, None, 1),
            Verdict::Dead | Verdict::Gone => (DeliveryState::Dead, 0, Some(ended), 1),
        };
        let settle =
            session.query(SETTLE).bind(claim.to_owned()).bind(state.as_str()).bind(again).bind(settled_at).bind(failed);
        let mut transaction = session.begin(&self.writer).await?;
        let is_ours = session.run(&mut transaction, settle).await? > 0;
        write_attempt(session, &mut transaction, delivery, attempt).await?;
        if let (true, Verdict::Again { at }) = (is_ours, verdict) {
            let put_off = session
                .query(PUT_OFF)
                .bind(delivery.endpoint_id.clone())
                .bind(delivery.event.mandate_id.clone())
                .bind(at);
            session.run(&mut transaction, put_off).await?;
        }
        if is_ours && verdict == Verdict::Gone {
            let before = self.as_told(&mut transaction, &delivery.endpoint_id).await?;
            let gone = session.query(GONE).bind(delivery.endpoint_id.clone());
            if session.run(&mut transaction, gone).await? > 0 {
                let after = self.as_told(&mut transaction, &delivery.endpoint_id).await?;
                let who = Who::System("announce");
                let entry = AuditEntry::new(ended, who, "event endpoint gone", &delivery.endpoint_id);
                audit::add(session, &mut transaction, &AuditEntry { before, after, ..entry }).await?;
            }
            let give_up = session.query(GIVE_UP).bind(delivery.endpoint_id.clone()).bind(ended);
            session.run(&mut transaction, give_up).await?;
        }
        session.commit(transaction).await?;
        Ok(is_ours)
    }

    async fn deliveries(&self, wanted: &DeliveriesWanted) -> Result<Vec<DeliveryRecord>, StoreError> {
        let query = self
            .session
            .query(LIST)
            .bind(wanted.endpoint_id.clone())
            .bind(wanted.state.map(DeliveryState::as_str))
            .bind(wanted.before)
            .bind(wanted.limit);
        self.session.rows_alone(&self.readers, query).await?.iter().map(delivery).collect()
    }

    async fn attempts(&self, wanted: &AttemptsWanted) -> Result<Vec<AttemptRecord>, StoreError> {
        let query = self
            .session
            .query(ATTEMPTS)
            .bind(wanted.endpoint_id.clone())
            .bind(wanted.event_id.clone())
            .bind(wanted.before)
            .bind(wanted.limit);
        let attempt = |row: &Row| {
            let AttemptRow { number, event_id, at, took, status, error } = row.decode()?;
            Ok(AttemptRecord { number, event_id, attempt: Attempt { at, took, status, error } })
        };
        self.session.rows_alone(&self.readers, query).await?.iter().map(attempt).collect()
    }

    async fn resend(
        &self,
        endpoint_id: &str,
        which: &Resend,
        now: Millis,
        entry: &AuditEntry,
    ) -> Result<u64, StoreError> {
        let about = |sql: &str| self.session.query(sql).bind(endpoint_id.to_owned()).bind(now);
        let query = match which {
            Resend::Event(id) => about(RESEND_EVENT).bind(id.clone()),
            Resend::Dead => about(RESEND_DEAD).bind("dead"),
            Resend::After(place) => about(RESEND_AFTER).bind(*place),
        };
        self.write_audited(query, entry).await
    }
}

async fn write_attempt(
    session: &Session,
    on: &mut AnyConnection,
    delivery: &ClaimedDelivery,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let insert = session
        .query(ATTEMPT)
        .bind(delivery.endpoint_id.clone())
        .bind(delivery.event.id.clone())
        .bind(attempt.at)
        .bind(attempt.took)
        .bind(attempt.status.map(i64::from))
        .bind(attempt.error.clone());
    session.run(on, insert).await.map(|_| ())
}

fn delivery(row: &Row) -> Result<DeliveryRecord, StoreError> {
    let row: DeliveryRow = row.decode()?;
    let state = DeliveryState::ALL.into_iter().find(|known| known.as_str() == row.state);
    Ok(DeliveryRecord {
        endpoint_id: row.endpoint_id,
        event: row.event.into_record()?,
        state: state.ok_or_else(|| inconsistent("a delivery is in an unknown state"))?,
        attempts: row.attempts,
        not_before: row.not_before,
        settled_at: row.settled_at,
        last_error: row.last_error,
    })
}
