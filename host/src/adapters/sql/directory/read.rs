//! Reads entries, and the little that decides what follows from changing one.

use std::collections::HashMap;

use serde::Deserialize;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{
    adapters::sql::{
        session::{Row, Session, list},
        transfer::rows,
    },
    ports::store::{StoreError, directory::LivingInstance},
    transfer::{Entry, Kind},
};

/// $1 instance.
pub(super) const MANDATE_OF: &str = "SELECT 'mandate' AS kind, CAST(json_object('id', i.mandate_id) AS TEXT) AS json \
     FROM instances i WHERE i.id = $1";

/// $1 user, $2 mandate.
pub(super) const MEMBER: &str = "SELECT 'member' AS kind, CAST(json_object('id', u.id) AS TEXT) AS json \
     FROM memberships u WHERE u.user_id = $1 AND u.mandate_id = $2 AND u.enabled = 1";

/// $1 mandate, $2 user or null, $3 how many.
pub(super) const LIVING: &str = "SELECT 'instance' AS kind, CAST(json_object('id', i.id, \
     'feature_code', i.feature_code) AS TEXT) AS json FROM instances i WHERE i.mandate_id = $1 \
     AND i.withdrawn_by_change IS NULL AND (CAST($2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM accesses a \
     WHERE a.instance_id = i.id AND a.user_id = $2)) ORDER BY i.seq LIMIT $3";

/// $1 feature.
pub(super) const INSTANCES_OF: &str = "SELECT 'count' AS kind, CAST(count(*) AS TEXT) AS json FROM instances i \
     WHERE i.feature_code = $1";

#[derive(Deserialize)]
struct LivingRow {
    id: String,
    feature_code: String,
}

/// The columns of a section's entries, with their place.
const fn columns(kind: Kind) -> &'static str {
    match kind {
        Kind::Users => "SELECT t.seq, t.id, t.username, t.email, t.external_id, t.enabled FROM users t",
        Kind::Mandates => {
            "SELECT t.seq, t.id, t.name, t.label, t.is_system, t.enabled, \
             (SELECT g.user_id FROM home_grants g WHERE g.mandate_id = t.id ORDER BY g.seq LIMIT 1) AS user_id \
             FROM mandates t"
        }
        Kind::Roles => {
            "SELECT t.seq, t.id, t.label, t.mandate_id, t.instance_id, t.feature_code, t.external_id FROM roles t"
        }
        Kind::Memberships => "SELECT t.seq, t.id, t.user_id, t.mandate_id, t.enabled FROM memberships t",
        Kind::Subscriptions => {
            "SELECT t.seq, t.id, t.mandate_id, t.plan_key, t.status, t.starts_at, t.ends_at, t.trial_ends_at, \
             t.stripe_subscription_id, t.stripe_item_id FROM subscriptions t"
        }
        Kind::Plans => {
            "SELECT t.seq, t.key, t.label, t.price_minor, t.currency, t.price_includes_tax, t.stripe_price_id, \
             t.billing_period, t.max_instances, t.max_data_volume_mb, t.budget_ai_minor FROM plans t"
        }
        Kind::Features => {
            "SELECT t.seq, t.code, t.label, t.description, t.icon, t.category, t.template_roles FROM features t"
        }
        Kind::Accesses => "SELECT t.seq, t.id, t.user_id, t.instance_id, t.enabled FROM accesses t",
    }
}

/// The entry of a name.
pub(super) async fn one(
    session: &Session,
    on: &mut AnyConnection,
    kind: Kind,
    name: &str,
) -> Result<Option<Entry>, StoreError> {
    let query = session.query(&format!("{} WHERE t.{} = $1", columns(kind), kind.name_field())).bind(name.to_owned());
    let found = session.bounded(query.fetch_all(&mut *on)).await?;
    Ok(entries(session, on, kind, &found).await?.pop().map(|(_, entry)| entry))
}

/// The entries behind a place, with their places.
pub(super) async fn several(
    session: &Session,
    on: &mut AnyConnection,
    kind: Kind,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Entry)>, StoreError> {
    let sql = format!("{} WHERE t.seq > $1 ORDER BY t.seq LIMIT $2", columns(kind));
    let query = session.query(&sql).bind(after).bind(limit);
    let found = session.bounded(query.fetch_all(&mut *on)).await?;
    entries(session, on, kind, &found).await
}

async fn entries(
    session: &Session,
    on: &mut AnyConnection,
    kind: Kind,
    found: &[AnyRow],
) -> Result<Vec<(i64, Entry)>, StoreError> {
    let read = found.iter().map(|row| Ok((row.try_get("seq")?, entry(kind, row)?))).collect::<Result<_, sqlx::Error>>();
    let mut read: Vec<(i64, Entry)> = read.map_err(|error| session.dialect.error(&error))?;
    let (table, holder) = match kind {
        Kind::Memberships => ("membership_roles", "membership_id"),
        Kind::Accesses => ("access_roles", "access_id"),
        _ => return Ok(read),
    };
    if read.is_empty() {
        return Ok(read);
    }
    let sql = format!("SELECT {holder}, role_id FROM {table} WHERE {holder} IN ({}) ORDER BY seq", list(1, read.len()));
    let query = read.iter().fold(session.query(&sql), |query, (_, entry)| query.bind(entry.name().to_owned()));
    let rows = session.bounded(query.fetch_all(on)).await?;
    let pairs = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, sqlx::Error>>();
    let pairs: Vec<(String, String)> = pairs.map_err(|error| session.dialect.error(&error))?;
    let mut roles: HashMap<String, Vec<String>> = HashMap::new();
    for (holder, role) in pairs {
        roles.entry(holder).or_default().push(role);
    }
    for (_, entry) in &mut read {
        match entry {
            Entry::Membership(row) => row.role_ids = roles.remove(&row.id).unwrap_or_default(),
            Entry::Access(row) => row.role_ids = roles.remove(&row.id).unwrap_or_default(),
            _ => {}
        }
    }
    Ok(read)
}

fn entry(kind: Kind, row: &AnyRow) -> Result<Entry, sqlx::Error> {
    match kind {
        Kind::Users => rows::user(row).map(Entry::User),
        Kind::Mandates => rows::mandate(row).map(Entry::Mandate),
        Kind::Roles => rows::role(row).map(Entry::Role),
        Kind::Memberships => rows::membership(row).map(Entry::Membership),
        Kind::Subscriptions => rows::subscription(row).map(Entry::Subscription),
        Kind::Plans => rows::plan(row).map(Entry::Plan),
        Kind::Features => rows::feature(row).map(Entry::Feature),
        Kind::Accesses => rows::access(row).map(Entry::Access),
    }
}

/// The instances of rows.
pub(super) fn living(rows: &[Row]) -> Result<Vec<LivingInstance>, StoreError> {
    let instance = |row: &Row| {
        let LivingRow { id, feature_code } = row.decode()?;
        Ok(LivingInstance { id, feature_code })
    };
    rows.iter().map(instance).collect()
}

/// The number of a row.
pub(super) fn count(rows: &[Row]) -> Result<i64, StoreError> {
    rows.first().map_or(Ok(0), Row::decode)
}
