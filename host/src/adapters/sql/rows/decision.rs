//! A decision as it is read and written.

use serde::Deserialize;

use crate::{
    adapters::sql::{
        error::inconsistent,
        session::{Query, Row, flag, list},
    },
    ports::store::{
        StoreError,
        decision::{DecisionRecord, NewDecision, PseudonymKey, QuestionKind, StoredDecision},
    },
};

/// The columns that are written, in the order in which [`bind`] binds them.
pub(in crate::adapters::sql) const COLUMNS: &str = "id, at, kind, allowed, mandate_id, feature_code, instance_id, facts, policy_digest, \
     settings_digest, answer, fuel, trace_id, who";

/// How many they are.
pub(in crate::adapters::sql) const WIDTH: usize = 14;

/// The JSON text of a row of `decisions d`.
macro_rules! decision_json {
    () => {
        "CAST(json_object('seq', d.seq, 'id', d.id, 'at', d.at, 'kind', d.kind, 'allowed', d.allowed, \
         'mandate_id', d.mandate_id, 'feature_code', d.feature_code, 'instance_id', d.instance_id, 'facts', d.facts, \
         'policy_digest', d.policy_digest, 'settings_digest', d.settings_digest, 'answer', d.answer, 'fuel', d.fuel, \
         'trace_id', d.trace_id, 'who', d.who) AS TEXT)"
    };
}
pub(in crate::adapters::sql) use decision_json;

/// A row with the key that turns the user's id into a pseudonym, if there is one: `$1` is the user.
macro_rules! pseudonym_key_row {
    () => {
        "SELECT 'pseudonym key', CAST(0 AS BIGINT), CAST(json_object('key', y.key) AS TEXT) \
         FROM pseudonym_keys y WHERE y.user_id = $1"
    };
}
pub(in crate::adapters::sql) use pseudonym_key_row;

/// The kind of such a row.
pub(in crate::adapters::sql) const PSEUDONYM_KEY: &str = "pseudonym key";

#[derive(Deserialize)]
struct KeyRow {
    key: String,
}

#[derive(Deserialize)]
struct DecisionRow {
    seq: i64,
    id: String,
    at: i64,
    kind: String,
    #[serde(deserialize_with = "super::flag")]
    allowed: bool,
    mandate_id: String,
    feature_code: Option<String>,
    instance_id: Option<String>,
    facts: String,
    policy_digest: String,
    settings_digest: String,
    answer: String,
    fuel: i64,
    trace_id: String,
    who: Option<String>,
}

/// Reads a row that was made with [`pseudonym_key_row`].
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn key(row: &Row) -> Result<PseudonymKey, StoreError> {
    row.decode::<KeyRow>().map(|row| PseudonymKey::stored(row.key))
}

/// Reads a row that was made with [`decision_json`].
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn decision(row: &Row) -> Result<StoredDecision, StoreError> {
    let row: DecisionRow = row.decode()?;
    let kind = kind_of(&row.kind)?;
    let record = DecisionRecord {
        id: row.id,
        at: row.at,
        kind,
        allowed: row.allowed,
        mandate_id: row.mandate_id,
        feature_code: row.feature_code,
        instance_id: row.instance_id,
        facts: row.facts,
        policy_digest: row.policy_digest,
        settings_digest: row.settings_digest,
        answer: row.answer,
        fuel: row.fuel,
        trace_id: row.trace_id,
        who: row.who,
    };
    Ok(StoredDecision { seq: row.seq, record })
}

/// What was asked, by the word that is stored.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn kind_of(word: &str) -> Result<QuestionKind, StoreError> {
    let kind = QuestionKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    kind.ok_or_else(|| inconsistent("a decision is of an unknown kind"))
}

/// Binds the values of a row.
pub(in crate::adapters::sql) fn bind(query: Query, record: &DecisionRecord) -> Query {
    query
        .bind(record.id.clone())
        .bind(record.at)
        .bind(record.kind.as_str())
        .bind(flag(record.allowed))
        .bind(record.mandate_id.clone())
        .bind(record.feature_code.clone())
        .bind(record.instance_id.clone())
        .bind(record.facts.clone())
        .bind(record.policy_digest.clone())
        .bind(record.settings_digest.clone())
        .bind(record.answer.clone())
        .bind(record.fuel)
        .bind(record.trace_id.clone())
        .bind(record.who.clone())
}

/// How many values the writes of a decision have.
pub(in crate::adapters::sql) fn width(new: &NewDecision) -> usize {
    WIDTH + new.key.as_ref().map_or(0, |_| 2)
}

/// The writes of a decision, for a statement whose first `bound` values are another's, and of the key of its pseudonym,
/// where that is new.
pub(in crate::adapters::sql) fn inserts(new: &NewDecision, bound: usize) -> Vec<String> {
    let first = bound + 1;
    let key = new
        .key
        .as_ref()
        .map(|_| format!("INSERT INTO pseudonym_keys (user_id, key) VALUES ({})", list(first + WIDTH, 2)));
    let row = format!("INSERT INTO decisions ({COLUMNS}) VALUES ({})", list(first, WIDTH));
    std::iter::once(row).chain(key).collect()
}

/// Binds the values of [`inserts`].
pub(in crate::adapters::sql) fn bind_new(query: Query, new: &NewDecision) -> Query {
    let query = bind(query, &new.record);
    match &new.key {
        Some(key) => query.bind(key.user_id.clone()).bind(key.key.expose().to_owned()),
        None => query,
    }
}
