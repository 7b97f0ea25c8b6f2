//! The record of decisions, the settings they were made under, and the keys of its pseudonyms.

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    SqlStore,
    rows::decision::{COLUMNS, WIDTH, bind, decision, decision_json},
    session::{Query, Row, flag, tuples},
};
use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        decision::{
            DecisionFilter, DecisionRecord, DecisionStore, MOST_FOUND, Member, Person, PseudonymKey, StoredDecision,
            UserKey,
        },
    },
};

/// Decisions per INSERT: far below the number of values that either engine takes in one statement.
const CHUNK: usize = 100;

/// Settings once written are what decided: they are never replaced.
const KEEP_SETTINGS: &str = "INSERT INTO policy_settings (digest, settings, first_used_at) VALUES ($1, $2, now_ms()) \
     ON CONFLICT (digest) DO NOTHING";

const KEPT_SETTINGS: &str = "SELECT 'settings' AS kind, CAST(json_object('settings', s.settings) AS TEXT) AS json \
     FROM policy_settings s WHERE s.digest = $1";

/// The filter: $1 mandate or null, $2 since or null, $3 whether only refusals.
macro_rules! filtered {
    () => {
        " WHERE (CAST($1 AS TEXT) IS NULL OR d.mandate_id = $1) AND (CAST($2 AS BIGINT) IS NULL OR d.at >= $2) \
         AND ($3 = 0 OR d.allowed = 0)"
    };
}

/// $4 how many.
const NEWEST: &str = concat!(
    "SELECT 'decision' AS kind, ",
    decision_json!(),
    " AS json FROM decisions d",
    filtered!(),
    " ORDER BY d.seq DESC LIMIT $4"
);

/// $4 how many, $5 after which place.
const AFTER: &str = concat!(
    "SELECT 'decision' AS kind, ",
    decision_json!(),
    " AS json FROM decisions d",
    filtered!(),
    " AND d.seq > $5 ORDER BY d.seq LIMIT $4"
);

/// $1 id of a decision or a trace, $2 how many.
const FIND: &str = concat!(
    "SELECT 'decision' AS kind, ",
    decision_json!(),
    " AS json FROM decisions d WHERE d.id = $1 OR d.trace_id = $1 \
     ORDER BY CASE WHEN d.id = $1 THEN 0 ELSE 1 END, d.seq DESC LIMIT $2"
);

/// $1 id of a decision or a trace, $2 user. Of a trace one for each mandate: who may read one of them may read all.
const FIND_FOR: &str = concat!(
    "SELECT 'decision' AS kind, ",
    decision_json!(),
    " AS json FROM decisions d WHERE (d.id = $1 OR d.seq IN (SELECT max(n.seq) FROM decisions n \
     WHERE n.trace_id = $1 GROUP BY n.mandate_id)) AND EXISTS (SELECT 1 FROM memberships u \
     WHERE u.mandate_id = d.mandate_id AND u.user_id = $2 AND u.enabled = 1) \
     ORDER BY CASE WHEN d.id = $1 THEN 0 ELSE 1 END, d.seq DESC"
);

const PEOPLE: &str = "SELECT 'person' AS kind, CAST(json_object('user_id', w.id, 'username', w.username, \
     'key', y.key) AS TEXT) AS json FROM pseudonym_keys y JOIN users w ON w.id = y.user_id ORDER BY w.seq";

/// $1 mandate or null.
const MEMBERS: &str = "SELECT 'member' AS kind, CAST(json_object('mandate_id', u.mandate_id, 'user_id', u.user_id, \
     'username', w.username) AS TEXT) AS json FROM memberships u JOIN mandates m ON m.id = u.mandate_id \
     JOIN users w ON w.id = u.user_id WHERE u.enabled = 1 AND (CAST($1 AS TEXT) IS NULL OR u.mandate_id = $1) \
     ORDER BY m.seq, u.seq";

const FORGET: &str = "DELETE FROM decisions WHERE seq IN (SELECT d.seq FROM decisions d WHERE d.at < $1 \
     ORDER BY d.at LIMIT $2)";

#[derive(Deserialize)]
struct SettingsRow {
    settings: String,
}

#[derive(Deserialize)]
struct UserKeyRow {
    user_id: String,
    key: String,
}

#[derive(Deserialize)]
struct PersonRow {
    user_id: String,
    username: String,
    key: String,
}

#[async_trait]
impl DecisionStore for SqlStore {
    async fn keep_decisions(&self, decisions: &[DecisionRecord]) -> Result<(), StoreError> {
        for chunk in decisions.chunks(CHUNK) {
            let sql = format!(
                "INSERT INTO decisions ({COLUMNS}) VALUES {} ON CONFLICT (id) DO NOTHING",
                tuples(chunk.len(), WIDTH)
            );
            let query = chunk.iter().fold(self.session.query(&sql), bind);
            self.session.run_alone(&self.writer, query).await?;
        }
        Ok(())
    }

    async fn pseudonym_keys(&self, fresh: &[UserKey]) -> Result<Vec<UserKey>, StoreError> {
        let mut keys = Vec::with_capacity(fresh.len());
        for chunk in fresh.chunks(CHUNK) {
            // The one who is second learns the key of the first.
            let sql = format!(
                "INSERT INTO pseudonym_keys (user_id, key) SELECT v.column1, v.column2 FROM (VALUES {}) AS v \
                 WHERE EXISTS (SELECT 1 FROM users w WHERE w.id = v.column1) \
                 ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id \
                 RETURNING 'key' AS kind, CAST(json_object('user_id', user_id, 'key', key) AS TEXT) AS json",
                tuples(chunk.len(), 2)
            );
            let query = chunk.iter().fold(self.session.query(&sql), |query, user| {
                query.bind(user.user_id.clone()).bind(user.key.expose().to_owned())
            });
            for row in self.session.rows_alone(&self.writer, query).await? {
                let UserKeyRow { user_id, key } = row.decode()?;
                keys.push(UserKey { user_id, key: PseudonymKey::stored(key) });
            }
        }
        Ok(keys)
    }

    async fn keep_settings(&self, digest: &str, settings: &str) -> Result<(), StoreError> {
        let query = self.session.query(KEEP_SETTINGS).bind(digest.to_owned()).bind(settings.to_owned());
        self.session.run_alone(&self.writer, query).await.map(|_| ())
    }

    async fn kept_settings(&self, digest: &str) -> Result<Option<String>, StoreError> {
        let query = self.session.query(KEPT_SETTINGS).bind(digest.to_owned());
        let rows = self.session.rows_alone(&self.readers, query).await?;
        rows.first().map(|row| row.decode::<SettingsRow>().map(|row| row.settings)).transpose()
    }

    async fn decisions(&self, filter: &DecisionFilter, limit: i64) -> Result<Vec<StoredDecision>, StoreError> {
        self.read_decisions(self.filtered(NEWEST, filter).bind(limit)).await
    }

    async fn decisions_after(
        &self,
        place: i64,
        filter: &DecisionFilter,
        limit: i64,
    ) -> Result<Vec<StoredDecision>, StoreError> {
        self.read_decisions(self.filtered(AFTER, filter).bind(limit).bind(place)).await
    }

    async fn find_decisions(&self, id: &str, user_id: Option<&str>) -> Result<Vec<StoredDecision>, StoreError> {
        let query = match user_id {
            Some(user_id) => self.session.query(FIND_FOR).bind(id.to_owned()).bind(user_id.to_owned()),
            None => {
                let most = i64::try_from(MOST_FOUND.saturating_add(1)).unwrap_or(i64::MAX);
                self.session.query(FIND).bind(id.to_owned()).bind(most)
            }
        };
        self.read_decisions(query).await
    }

    async fn people(&self) -> Result<Vec<Person>, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(PEOPLE)).await?;
        let person = |row: &Row| {
            let PersonRow { user_id, username, key } = row.decode()?;
            Ok(Person { user_id, username, key: PseudonymKey::stored(key) })
        };
        rows.iter().map(person).collect()
    }

    async fn members(&self, mandate_id: Option<&str>) -> Result<Vec<Member>, StoreError> {
        let query = self.session.query(MEMBERS).bind(mandate_id.map(str::to_owned));
        self.session.rows_alone(&self.readers, query).await?.iter().map(Row::decode).collect()
    }

    async fn forget_decisions(&self, before: Millis, most: i64) -> Result<u64, StoreError> {
        let query = self.session.query(FORGET).bind(before).bind(most);
        self.session.run_alone(&self.writer, query).await
    }
}

impl SqlStore {
    fn filtered(&self, sql: &str, filter: &DecisionFilter) -> Query {
        self.session.query(sql).bind(filter.mandate_id.clone()).bind(filter.since).bind(flag(filter.refused))
    }

    async fn read_decisions(&self, query: Query) -> Result<Vec<StoredDecision>, StoreError> {
        self.session.rows_alone(&self.readers, query).await?.iter().map(decision).collect()
    }
}
