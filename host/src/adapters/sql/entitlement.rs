//! Reads what entitlement checks are answered from: one statement, however many checks there are.

use async_trait::async_trait;
use core_wasm::facts::InstanceState;
use serde::Deserialize;

use super::{
    SqlStore,
    error::inconsistent,
    rows::{
        event::role_labels,
        mandate::{Mandates, bare_mandate_json, bare_subscription_json},
    },
    session::Row,
};
use crate::ports::store::{
    StoreError,
    entitlement::{Check, EntitlementStore, HeldEntry, Holding},
};

/// Behind the checks, as rows of `asked`. What the ledger says of a subscription says nothing about who may use what.
const HOLDINGS: &str = concat!(
    "SELECT CAST(q.place AS TEXT) || ' mandate' AS kind, m.seq AS seq, ",
    bare_mandate_json!("u.enabled"),
    " AS json FROM asked q JOIN mandates m ON m.id = q.mandate_id ",
    "LEFT JOIN memberships u ON u.mandate_id = m.id AND u.user_id = q.user_id ",
    "UNION ALL SELECT CAST(q.place AS TEXT) || ' subscription', s.seq, ",
    bare_subscription_json!(),
    " FROM asked q JOIN subscriptions s ON s.mandate_id = q.mandate_id LEFT JOIN plans p ON p.key = s.plan_key ",
    "UNION ALL SELECT CAST(q.place AS TEXT) || ' held', i.seq, CAST(json_object('instance_id', i.id, ",
    "'feature_code', i.feature_code, 'label', i.label, 'state', i.state, 'enabled', i.enabled, ",
    "'access_enabled', a.enabled, 'roles', ",
    role_labels!(),
    ") AS TEXT) FROM asked q JOIN accesses a ON a.user_id = q.user_id ",
    "JOIN instances i ON i.id = a.instance_id AND i.mandate_id = q.mandate_id ",
    "WHERE i.withdrawn_by_change IS NULL AND (q.feature_code IS NULL OR i.feature_code = q.feature_code) ",
    "ORDER BY 2"
);

#[derive(Deserialize)]
struct HeldRow {
    instance_id: String,
    feature_code: String,
    label: Option<String>,
    state: InstanceState,
    #[serde(deserialize_with = "super::rows::flag")]
    enabled: bool,
    #[serde(deserialize_with = "super::rows::flag")]
    access_enabled: bool,
    roles: Vec<String>,
}

#[async_trait]
impl EntitlementStore for SqlStore {
    async fn holdings(&self, checks: &[Check]) -> Result<Vec<Holding>, StoreError> {
        if checks.is_empty() {
            return Ok(Vec::new());
        }
        let query = checks.iter().fold(self.session.query(&statement(checks.len())), |query, check| {
            query.bind(check.user_id.clone()).bind(check.mandate_id.clone()).bind(check.feature_code.clone())
        });
        let mut making: Vec<(Mandates, Vec<HeldEntry>)> = checks.iter().map(|_| Default::default()).collect();
        for row in self.session.rows_alone(&self.readers, query).await? {
            let (place, row) = of_check(row)?;
            let (mandates, held) = making.get_mut(place).ok_or_else(|| inconsistent("a row of no check"))?;
            if !mandates.take(&row)? {
                held.push(entry(&row)?);
            }
        }
        let holding = |(mandates, held): (Mandates, _)| Holding { mandate: mandates.finish().pop(), held };
        Ok(making.into_iter().map(holding).collect())
    }
}

/// The statement for so many checks, each with user, mandate and feature.
fn statement(checks: usize) -> String {
    let asked: Vec<String> = (0..checks)
        .map(|place| {
            let [user, mandate, feature] = [1, 2, 3].map(|column| place * 3 + column);
            format!(
                "SELECT {place} AS place, CAST(${user} AS TEXT) AS user_id, CAST(${mandate} AS TEXT) AS mandate_id, \
                 CAST(${feature} AS TEXT) AS feature_code"
            )
        })
        .collect();
    format!("WITH asked AS ({}) {HOLDINGS}", asked.join(" UNION ALL "))
}

/// The check that a row is about, and the row under its own kind.
fn of_check(mut row: Row) -> Result<(usize, Row), StoreError> {
    let parts = row.kind.split_once(' ').and_then(|(place, kind)| Some((place.parse().ok()?, kind.to_owned())));
    let (place, kind) = parts.ok_or_else(|| inconsistent("a row that names no check"))?;
    row.kind = kind;
    Ok((place, row))
}

fn entry(row: &Row) -> Result<HeldEntry, StoreError> {
    let HeldRow { instance_id, feature_code, label, state, enabled, access_enabled, roles } = row.decode()?;
    Ok(HeldEntry { instance_id, feature_code, label, state, enabled, access_enabled, roles })
}
