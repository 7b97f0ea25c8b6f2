//! Gives events their places, and writes what is to be sent where.

use serde::Deserialize;

use crate::{
    adapters::sql::{SqlStore, error::inconsistent},
    ports::{clock::Millis, store::StoreError},
};

/// The lock is a statement of its own, so that the next one sees all that was committed before it was taken.
const LOCK: &str = "UPDATE event_progress SET place = place WHERE one = 1 \
     RETURNING 'progress' AS kind, CAST(json_object('place', place) AS TEXT) AS json";

/// What followed from a committed event has a later `seq`, and whoever sees it sees the earlier one. $1 most.
const PLACE: &str = "UPDATE events SET place = n.place FROM (SELECT u.seq AS seq, \
     (SELECT p.place FROM event_progress p) + row_number() OVER (ORDER BY u.seq) AS place FROM events u \
     WHERE u.place IS NULL ORDER BY u.seq LIMIT $1) n WHERE events.seq = n.seq";

/// $1 how many.
const ADVANCE: &str = "UPDATE event_progress SET place = place + $1 WHERE one = 1";

/// Behind one that is put off another is put off, too. No kind holds what LIKE reads as a wildcard. $1 after which place, $2 when.
const FAN_OUT: &str = "INSERT INTO event_deliveries (endpoint_id, event_id, place, mandate_id, state, asked_at, not_before) \
     SELECT t.id, e.id, e.place, e.mandate_id, 'waiting', CAST($2 AS BIGINT), \
     coalesce((SELECT max(w.not_before) FROM event_deliveries w WHERE w.endpoint_id = t.id \
     AND w.mandate_id = e.mandate_id AND w.state = 'waiting'), 0) FROM events e CROSS JOIN event_endpoints t \
     WHERE e.place > $1 AND t.state = 'enabled' AND (t.kinds = '[]' OR t.kinds LIKE '%\"' || e.kind || '\"%') \
     ORDER BY e.place, t.seq";

#[derive(Deserialize)]
struct ProgressRow {
    place: i64,
}

impl SqlStore {
    pub(super) async fn write_places(&self, now: Millis, most: i64) -> Result<u64, StoreError> {
        let session = &self.session;
        let mut transaction = session.begin(&self.writer).await?;
        let before = session.rows(&mut transaction, session.query(LOCK)).await?;
        let before = before.first().ok_or_else(|| inconsistent("the progress of events is missing"))?;
        let before = before.decode::<ProgressRow>()?.place;
        let placed = session.run(&mut transaction, session.query(PLACE).bind(most)).await?;
        if placed == 0 {
            session.roll_back(transaction).await?;
            return Ok(0);
        }
        let advance = i64::try_from(placed).map_err(|_| inconsistent("more events than places"))?;
        session.run(&mut transaction, session.query(ADVANCE).bind(advance)).await?;
        session.run(&mut transaction, session.query(FAN_OUT).bind(before).bind(now)).await?;
        session.commit(transaction).await?;
        Ok(placed)
    }
}
