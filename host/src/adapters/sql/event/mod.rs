//! Events: they get their places, are read and forgotten; where they are sent and what became of it is beside this.

mod delivery;
mod endpoint;
mod place;
pub(super) mod standing;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    SqlStore,
    error::inconsistent,
    session::{Row, decode},
};
use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        event::{EventKind, EventPage, EventRecord, EventStore, EventsWanted},
    },
};

/// The members of the JSON object of `events e`.
macro_rules! event_members {
    () => {
        "'id', e.id, 'place', e.place, 'kind', e.kind, 'at', e.at, 'mandate_id', e.mandate_id, 'data', e.data"
    };
}
use event_members;

/// $1 now.
const TO_TELL: &str = "SELECT 'to tell' AS kind, CAST(json_object('any', CASE WHEN \
     EXISTS (SELECT 1 FROM events e WHERE e.place IS NULL) OR EXISTS (SELECT 1 FROM event_deliveries d \
     WHERE d.state = 'waiting' AND d.not_before <= $1 AND d.lease_until <= now_ms()) THEN 1 ELSE 0 END) AS TEXT) AS json";

/// $1 after, $2 mandate or null, $3 kind or null, $4 how many.
const AFTER: &str = concat!(
    "SELECT 'progress' AS kind, CAST(0 AS BIGINT) AS place, ",
    "CAST(json_object('newest', p.place, 'forgotten', p.forgotten) AS TEXT) AS json FROM event_progress p ",
    "UNION ALL SELECT * FROM (SELECT 'event', e.place, CAST(json_object(",
    event_members!(),
    ") AS TEXT) FROM events e WHERE e.place > $1 AND (CAST($2 AS TEXT) IS NULL OR e.mandate_id = $2) ",
    "AND (CAST($3 AS TEXT) IS NULL OR e.kind = $3) ORDER BY e.place LIMIT $4) x ORDER BY 2"
);

/// From the first one on, so that nobody misses one in the middle. $1 before.
const FORGET_UP_TO: &str = "UPDATE event_progress SET forgotten = (SELECT coalesce(max(e.place), event_progress.forgotten) \
     FROM events e WHERE e.place IS NOT NULL AND e.place < coalesce((SELECT min(n.place) FROM events n \
     WHERE n.place IS NOT NULL AND n.at >= $1), event_progress.place + 1))";

const FORGET: &str =
    "DELETE FROM events WHERE place IS NOT NULL AND place <= (SELECT p.forgotten FROM event_progress p)";

const FORGET_ATTEMPTS: &str = "DELETE FROM event_attempts WHERE at < $1";

#[derive(Deserialize)]
struct AnyRow {
    any: i64,
}

#[derive(Deserialize)]
struct ProgressRow {
    newest: i64,
    forgotten: i64,
}

#[derive(Deserialize)]
struct EventRow {
    id: String,
    place: i64,
    kind: String,
    at: i64,
    mandate_id: String,
    data: String,
}

impl EventRow {
    fn into_record(self) -> Result<EventRecord, StoreError> {
        let kind = EventKind::of_word(&self.kind).ok_or_else(|| inconsistent("an event is of an unknown kind"))?;
        let data: Map<String, Value> = decode("event data", &self.data)?;
        Ok(EventRecord { id: self.id, place: self.place, kind, at: self.at, mandate_id: self.mandate_id, data })
    }
}

/// Reads a row that was made with [`event_members`], maybe among others.
///
/// # Errors
/// [`StoreError::Inconsistent`].
fn event(row: &Row) -> Result<EventRecord, StoreError> {
    row.decode::<EventRow>()?.into_record()
}

#[async_trait]
impl EventStore for SqlStore {
    async fn has_events_to_tell(&self, now: Millis) -> Result<bool, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(TO_TELL).bind(now)).await?;
        Ok(rows.first().map(|row| row.decode::<AnyRow>()).transpose()?.is_some_and(|row| row.any != 0))
    }

    async fn place_events(&self, now: Millis, most: i64) -> Result<u64, StoreError> {
        self.write_places(now, most).await
    }

    async fn events(&self, wanted: &EventsWanted) -> Result<EventPage, StoreError> {
        let query = self
            .session
            .query(AFTER)
            .bind(wanted.after)
            .bind(wanted.mandate_id.clone())
            .bind(wanted.kind.map(EventKind::as_str))
            .bind(wanted.limit);
        let mut page = EventPage { events: Vec::new(), newest: 0, forgotten: 0 };
        for row in self.session.rows_alone(&self.readers, query).await? {
            if row.kind == "progress" {
                let ProgressRow { newest, forgotten } = row.decode()?;
                (page.newest, page.forgotten) = (newest, forgotten);
            } else {
                page.events.push(event(&row)?);
            }
        }
        Ok(page)
    }

    async fn forget_told(&self, before: Millis, attempts_before: Millis) -> Result<u64, StoreError> {
        let session = &self.session;
        let attempts = session.query(FORGET_ATTEMPTS).bind(attempts_before);
        let attempts = session.run_alone(&self.writer, attempts).await?;
        let mut transaction = session.begin(&self.writer).await?;
        session.run(&mut transaction, session.query(FORGET_UP_TO).bind(before)).await?;
        let events = session.run(&mut transaction, session.query(FORGET)).await?;
        session.commit(transaction).await?;
        Ok(attempts + events)
    }
}
