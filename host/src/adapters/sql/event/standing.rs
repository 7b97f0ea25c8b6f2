//! How instances stand: read for the rules in pieces or under a mandate's lock, told once.

use std::collections::HashMap;

use async_trait::async_trait;
use serde::Deserialize;

use crate::{
    adapters::sql::{
        SqlStore,
        error::inconsistent,
        rows::mandate::{Mandates, bare_mandate_json, bare_subscription_json},
        session::Row,
    },
    ports::store::{
        StoreError,
        standing::{InstanceSort, MandateStanding, StandingStore, Standings, ToldState},
    },
};

const LEASE: &str =
    "UPDATE event_progress SET standing_until = now_ms() + $1 WHERE one = 1 AND standing_until <= now_ms()";

/// Mandates, their subscriptions and the sorts of their active instances. Whether anybody is a member says nothing about
/// how instances stand. The argument picks rows of `mandates m`.
macro_rules! standings {
    ($picked:literal) => {
        concat!(
            "WITH picked AS (SELECT m.id AS id, m.seq AS seq, m.name AS name, m.is_system AS is_system, ",
            "m.enabled AS enabled FROM mandates m WHERE EXISTS (SELECT 1 FROM instances i WHERE i.mandate_id = m.id ",
            "AND i.state = 'active') AND ",
            $picked,
            ") SELECT 'mandate' AS kind, m.seq AS seq, ",
            bare_mandate_json!("NULL"),
            " AS json FROM picked m ",
            "UNION ALL SELECT 'subscription', s.seq, ",
            bare_subscription_json!(),
            " FROM picked m JOIN subscriptions s ON s.mandate_id = m.id LEFT JOIN plans p ON p.key = s.plan_key ",
            "UNION ALL SELECT 'sort', max(i.seq), CAST(json_object('of', i.mandate_id, 'enabled', i.enabled, ",
            "'told', i.told_state) AS TEXT) FROM picked m JOIN instances i ON i.mandate_id = m.id ",
            "WHERE i.state = 'active' GROUP BY i.mandate_id, i.enabled, i.told_state ",
            "UNION ALL SELECT 'last', max(m.seq), CAST(json_object('place', max(m.seq)) AS TEXT) FROM picked m ",
            "ORDER BY 2"
        )
    };
}

/// $1 after, $2 how many.
const AFTER: &str = standings!("m.seq > $1 ORDER BY m.seq LIMIT $2");

/// $1 mandate.
pub(in crate::adapters::sql) const OF_MANDATE: &str = standings!("m.id = $1");

/// $1 mandate, $2 enabled, $3 state.
pub(in crate::adapters::sql) const TOLD: &str = "UPDATE instances SET told_state = $3 \
     WHERE mandate_id = $1 AND state = 'active' AND enabled = $2 AND told_state <> $3";

#[derive(Deserialize)]
struct SortRow {
    of: String,
    enabled: i64,
    told: String,
}

#[derive(Deserialize)]
struct LastRow {
    place: Option<i64>,
}

#[async_trait]
impl StandingStore for SqlStore {
    async fn lease_standing(&self, lease: i64) -> Result<bool, StoreError> {
        Ok(self.session.run_alone(&self.writer, self.session.query(LEASE).bind(lease)).await? == 1)
    }

    async fn standings(&self, after: i64, limit: i64) -> Result<Standings, StoreError> {
        let query = self.session.query(AFTER).bind(after).bind(limit);
        standings(&self.session.rows_alone(&self.readers, query).await?)
    }
}

/// Reads what one of the statements above found.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn standings(rows: &[Row]) -> Result<Standings, StoreError> {
    let (mut mandates, mut last) = (Mandates::default(), None);
    let mut sorts: HashMap<String, Vec<InstanceSort>> = HashMap::new();
    for row in rows {
        match row.kind.as_str() {
            "last" => last = row.decode::<LastRow>()?.place,
            "sort" => {
                let SortRow { of, enabled, told } = row.decode()?;
                let told = ToldState::ALL.into_iter().find(|state| state.as_str() == told);
                let told = told.ok_or_else(|| inconsistent("an instance was told to stand in an unknown state"))?;
                sorts.entry(of).or_default().push(InstanceSort { enabled: enabled != 0, told });
            }
            _ => {
                mandates.take(row)?;
            }
        }
    }
    let mandates = mandates.finish().into_iter().map(|mandate| {
        let sorts = sorts.remove(&mandate.id).unwrap_or_default();
        MandateStanding { mandate, sorts }
    });
    Ok(Standings { mandates: mandates.collect(), last })
}
