//! What the database holds about a person or a mandate, and taking it out for good.

mod audit;
mod find;
pub(super) mod mark;
mod places;
mod records;
mod replace;
mod words;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Map, Value};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::{SqlStore, session::Transaction};
use crate::ports::store::{
    StoreError,
    audit::AuditEntry,
    erasure::{Erased, ErasureStore, HowErased, MandateRemains, Noted, Outlook, Person, Rows, UnderWay},
};

/// Events that an enabled endpoint is still to be sent. They are told with whom they are about, and erased after that.
macro_rules! to_be_sent {
    ($which:literal) => {
        concat!(
            "(SELECT count(*) FROM events e WHERE (e.place IS NULL AND EXISTS (SELECT 1 FROM event_endpoints n \
             WHERE n.state = 'enabled') OR EXISTS (SELECT 1 FROM event_deliveries d JOIN event_endpoints n \
             ON n.id = d.endpoint_id WHERE d.event_id = e.id AND d.state = 'waiting' AND n.state = 'enabled')) AND ",
            $which,
            ")"
        )
    };
}

/// $1 user, $2 pattern of the user in JSON.
const UNDER_WAY: &str = concat!(
    "SELECT 'under way' AS kind, CAST(json_object('changes', (SELECT count(*) FROM changes c WHERE c.state IN \
     ('queued', 'billing') AND (c.user_id = $1 OR c.subject_id = $1)), 'events', ",
    to_be_sent!("e.data LIKE $2 ESCAPE '!'"),
    ") AS TEXT) AS json"
);

/// $1 mandate.
const REMAINS: &str = concat!(
    "SELECT 'remains' AS kind, CAST(json_object('there', (SELECT count(*) FROM mandates m WHERE m.id = $1), 'erased', \
     (SELECT count(*) FROM audit a WHERE a.action = 'erase mandate' AND a.subject = $1), 'rows', \
     (SELECT count(*) FROM changes c WHERE c.mandate_id = $1) + (SELECT count(*) FROM operations o WHERE o.mandate_id = $1) \
     + (SELECT count(*) FROM events v WHERE v.mandate_id = $1) + (SELECT count(*) FROM decisions d WHERE d.mandate_id = $1) \
     + (SELECT count(*) FROM notices t WHERE t.mandate_id = $1), 'events', ",
    to_be_sent!("e.mandate_id = $1"),
    ") AS TEXT) AS json"
);

/// $1 user.
const OUTLOOK: &str = "SELECT 'outlook' AS kind, CAST(json_object('mandate_id', m.id, \
     'home', CASE WHEN m.home_of = $1 OR EXISTS (SELECT 1 FROM home_grants g WHERE g.mandate_id = m.id \
     AND g.user_id = $1) THEN 1 ELSE 0 END, \
     'others', (SELECT count(*) FROM memberships u WHERE u.mandate_id = m.id AND u.user_id <> $1), \
     'accesses', (SELECT count(*) FROM accesses a JOIN instances i ON i.id = a.instance_id \
     WHERE i.mandate_id = m.id AND a.user_id = $1), \
     'orphans', (SELECT count(*) FROM accesses a JOIN instances i ON i.id = a.instance_id \
     WHERE i.mandate_id = m.id AND a.user_id = $1 AND NOT EXISTS (SELECT 1 FROM accesses o \
     WHERE o.instance_id = i.id AND o.user_id <> $1))) AS TEXT) AS json \
     FROM mandates m WHERE m.id IN (SELECT u.mandate_id FROM memberships u WHERE u.user_id = $1) \
     OR m.id IN (SELECT i.mandate_id FROM accesses a JOIN instances i ON i.id = a.instance_id WHERE a.user_id = $1) \
     ORDER BY m.seq";

/// Whoever gives the user a membership or an access meanwhile is waited for. $1 user.
const HOLD: &str = "SELECT 'user' AS kind, w.id AS json FROM users w WHERE w.id = $1 FOR UPDATE";

/// $1 user.
const BELONGINGS: &str = "SELECT (SELECT count(*) FROM memberships u WHERE u.user_id = $1) \
     + (SELECT count(*) FROM accesses a WHERE a.user_id = $1)";

#[derive(Deserialize)]
struct UnderWayRow {
    changes: i64,
    events: i64,
}

#[derive(Deserialize)]
struct RemainsRow {
    there: i64,
    erased: i64,
    rows: i64,
    events: i64,
}

#[derive(Deserialize)]
struct OutlookRow {
    mandate_id: String,
    home: i64,
    others: i64,
    accesses: i64,
    orphans: i64,
}

impl From<OutlookRow> for Outlook {
    fn from(row: OutlookRow) -> Self {
        Self {
            mandate_id: row.mandate_id,
            is_home: row.home != 0,
            is_left_empty: row.others == 0,
            accesses: row.accesses,
            orphans: row.orphans,
        }
    }
}

#[async_trait]
impl ErasureStore for SqlStore {
    async fn person_records(
        &self,
        person: &Person,
        pseudonym: Option<&str>,
    ) -> Result<Vec<(String, Rows)>, StoreError> {
        let mut picture = self.unhurried_picture().await?;
        let found = records::of_person(&mut picture, person, pseudonym).await;
        self.session.roll_back(picture).await?;
        found.map_err(|error| self.session.dialect.error(&error))
    }

    async fn outlook(&self, user_id: &str) -> Result<Vec<Outlook>, StoreError> {
        let query = self.session.query(OUTLOOK).bind(user_id.to_owned());
        let rows = self.session.rows_alone(&self.readers, query).await?;
        rows.iter().map(|row| row.decode::<OutlookRow>().map(Outlook::from)).collect()
    }

    async fn mark_erased(&self, user_id: &str, fresh: &[u8; 32]) -> Result<(), StoreError> {
        let mut transaction = self.session.begin(&self.writer).await?;
        mark::add(&self.session, &mut transaction, user_id, fresh).await?;
        self.session.commit(transaction).await
    }

    async fn is_marked_erased(&self, user_id: &str) -> Result<bool, StoreError> {
        let mut picture = self.session.begin_picture(&self.readers).await?;
        let marked = mark::is_marked(&self.session, &mut picture, user_id).await;
        self.session.roll_back(picture).await?;
        marked
    }

    async fn under_way(&self, user_id: &str) -> Result<UnderWay, StoreError> {
        let mut picture = self.unhurried_picture().await?;
        let found = self.read_under_way(&mut picture, user_id).await;
        self.session.roll_back(picture).await?;
        found
    }

    async fn erase_person(
        &self,
        person: &Person,
        tombstone: &str,
        entry: &Noted<'_>,
    ) -> Result<Option<Vec<Erased>>, StoreError> {
        let mut transaction = self.begin_unhurried().await?;
        let error = |error: sqlx::Error| self.session.dialect.error(&error);
        let hold = self.session.query(HOLD).bind(person.user_id.clone());
        self.session.rows(&mut transaction, hold).await?;
        let belongings = sqlx::query(BELONGINGS).bind(person.user_id.clone());
        let belongings: i64 =
            belongings.fetch_one(&mut *transaction).await.and_then(|row| row.try_get(0)).map_err(error)?;
        if belongings > 0 || !self.read_under_way(&mut transaction, &person.user_id).await?.is_over() {
            self.session.roll_back(transaction).await?;
            return Ok(None);
        }
        let dialect = self.session.dialect;
        let mut erased = replace::person_out(&mut transaction, dialect, person, tombstone).await.map_err(error)?;
        let deed = AuditEntry { detail: Map::new(), ..entry(&erased) };
        let rows = audit::forget_person(&self.session, &mut transaction, person, &deed).await?;
        replace::tell(&mut erased, "audit".to_owned(), HowErased::Emptied, rows);
        self.commit_erasure(transaction, &entry(&erased)).await?;
        Ok(Some(erased))
    }

    async fn mandate_records(&self, mandate_id: &str) -> Result<Vec<(String, Rows)>, StoreError> {
        let mut picture = self.unhurried_picture().await?;
        let found = records::of_mandate(&mut picture, mandate_id).await;
        self.session.roll_back(picture).await?;
        found.map_err(|error| self.session.dialect.error(&error))
    }

    async fn mandate_remains(&self, mandate_id: &str) -> Result<MandateRemains, StoreError> {
        let mut picture = self.unhurried_picture().await?;
        let remains = self.read_remains(&mut picture, mandate_id).await;
        self.session.roll_back(picture).await?;
        remains
    }

    async fn erase_mandate(
        &self,
        mandate_id: &str,
        tombstone: &str,
        entry: &Noted<'_>,
    ) -> Result<Option<Vec<Erased>>, StoreError> {
        let mut transaction = self.begin_unhurried().await?;
        let remains = self.read_remains(&mut transaction, mandate_id).await?;
        if remains.is_there || remains.events > 0 {
            self.session.roll_back(transaction).await?;
            return Ok(None);
        }
        let dialect = self.session.dialect;
        let erased = replace::mandate_out(&mut transaction, dialect, mandate_id, tombstone).await;
        match erased.map_err(|error| dialect.error(&error))? {
            Some(mut erased) => {
                let deed = AuditEntry { detail: Map::new(), ..entry(&erased) };
                let rows = audit::forget_mandate(&self.session, &mut transaction, mandate_id, &deed).await?;
                replace::tell(&mut erased, "audit".to_owned(), HowErased::Emptied, rows);
                self.commit_erasure(transaction, &entry(&erased)).await?;
                Ok(Some(erased))
            }
            None => {
                self.session.roll_back(transaction).await?;
                Ok(None)
            }
        }
    }
}

impl SqlStore {
    /// Whole tables are looked through: that takes as long as it takes.
    async fn begin_unhurried(&self) -> Result<Transaction, StoreError> {
        self.unhurried(self.session.begin(&self.writer).await?).await
    }

    async fn unhurried_picture(&self) -> Result<Transaction, StoreError> {
        self.unhurried(self.session.begin_picture(&self.readers).await?).await
    }

    async fn unhurried(&self, mut transaction: Transaction) -> Result<Transaction, StoreError> {
        if let Some(statement) = self.session.dialect.unhurried() {
            self.session.run(&mut transaction, self.session.query(statement)).await?;
        }
        Ok(transaction)
    }

    async fn commit_erasure(&self, mut transaction: Transaction, entry: &AuditEntry) -> Result<(), StoreError> {
        super::audit::add(&self.session, &mut transaction, entry).await?;
        transaction.commit().await.map_err(|error| self.session.dialect.error(&error))
    }

    async fn read_under_way(&self, on: &mut AnyConnection, user_id: &str) -> Result<UnderWay, StoreError> {
        let written = Value::from(user_id).to_string();
        let pattern: String = written
            .chars()
            .flat_map(|letter| matches!(letter, '%' | '_' | '!').then_some('!').into_iter().chain([letter]))
            .collect();
        let row: UnderWayRow = self.one(on, UNDER_WAY, &[user_id, &format!("%{pattern}%")]).await?;
        Ok(UnderWay { changes: row.changes, events: row.events })
    }

    async fn read_remains(&self, on: &mut AnyConnection, mandate_id: &str) -> Result<MandateRemains, StoreError> {
        let row: RemainsRow = self.one(on, REMAINS, &[mandate_id]).await?;
        Ok(MandateRemains { is_there: row.there > 0, was_erased: row.erased > 0, rows: row.rows, events: row.events })
    }

    /// The one row of a statement that may take its time.
    async fn one<T: serde::de::DeserializeOwned>(
        &self,
        on: &mut AnyConnection,
        sql: &str,
        values: &[&str],
    ) -> Result<T, StoreError> {
        let query = sqlx::query(AssertSqlSafe(self.session.dialect.translate(sql)));
        let query = values.iter().fold(query, |query, value| query.bind((*value).to_owned()));
        let row = query.fetch_one(on).await.map_err(|error| self.session.dialect.error(&error))?;
        match self.session.decode_rows(&[row])?.first() {
            Some(row) => row.decode(),
            None => Err(super::error::inconsistent("a count is missing")),
        }
    }
}
