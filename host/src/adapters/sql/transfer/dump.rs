//! Reads the whole database as a document, every list in order.
//!
//! Left out is what is under way or over: reserved and ended instances with their roles and accesses, changes, billing
//! operations. The caller's transaction makes it one moment's picture.

use std::collections::{HashMap, HashSet};

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    cells::NO_RESOURCES,
    rows::{access, feature, mandate, membership, plan, role, subscription, user, yes},
    words,
};
use crate::transfer::{Access, Document, Instance, Membership, Notification, Resource, ResourceMeta, Role};

/// Reads everything.
pub(super) async fn dump(connection: &mut AnyConnection) -> Result<Document, sqlx::Error> {
    let roles: Vec<Role> = all(
        connection,
        "SELECT r.id, r.label, r.mandate_id, r.instance_id, r.feature_code, r.external_id
         FROM roles r LEFT JOIN instances i ON i.id = r.instance_id
         WHERE r.instance_id IS NULL OR i.state = 'active' ORDER BY r.seq",
        role,
    )
    .await?;
    let exported: HashSet<String> = roles.iter().map(|role| role.id.clone()).collect();
    Ok(Document {
        plans: all(connection, "SELECT * FROM plans ORDER BY seq", plan).await?,
        features: all(connection, "SELECT * FROM features ORDER BY seq", feature).await?,
        resources: resources(connection).await?,
        users: all(connection, "SELECT id, username, email, external_id, enabled FROM users ORDER BY seq", user)
            .await?,
        mandates: all(
            connection,
            "SELECT m.id, m.name, m.label, m.is_system, m.enabled, g.user_id
             FROM mandates m LEFT JOIN home_grants g ON g.mandate_id = m.id ORDER BY m.seq",
            mandate,
        )
        .await?,
        memberships: memberships(connection, &exported).await?,
        roles,
        subscriptions: all(connection, "SELECT * FROM subscriptions ORDER BY seq", subscription).await?,
        instances: all(
            connection,
            "SELECT id, feature_code, mandate_id, label, enabled FROM instances WHERE state = 'active' ORDER BY seq",
            instance,
        )
        .await?,
        accesses: accesses(connection, &exported).await?,
        notifications: all(
            connection,
            "SELECT id, mandate_id, subject, headline, body_paragraphs FROM notices ORDER BY seq",
            notification,
        )
        .await?,
        ..Document::default()
    })
}

/// The rows of a statement, each read by one function.
async fn all<T>(
    connection: &mut AnyConnection,
    sql: &'static str,
    read: fn(&AnyRow) -> Result<T, sqlx::Error>,
) -> Result<Vec<T>, sqlx::Error> {
    sqlx::query(sql).fetch_all(connection).await?.iter().map(read).collect()
}

/// The section is there when the table holds anything, even if that is only the sign of an empty section.
async fn resources(connection: &mut AnyConnection) -> Result<Option<Vec<Resource>>, sqlx::Error> {
    let sql = "SELECT object_key, category, feature_code FROM resources ORDER BY seq";
    let mut rows = all(connection, sql, |row| {
        Ok(Resource {
            object_key: row.try_get("object_key")?,
            meta: ResourceMeta { category: row.try_get("category")?, feature_code: row.try_get("feature_code")? },
        })
    })
    .await?;
    let present = !rows.is_empty();
    rows.retain(|row| row.object_key != NO_RESOURCES);
    Ok(present.then_some(rows))
}

async fn memberships(
    connection: &mut AnyConnection,
    exported: &HashSet<String>,
) -> Result<Vec<Membership>, sqlx::Error> {
    let sql = "SELECT membership_id, role_id FROM membership_roles ORDER BY seq";
    let mut roles = roles_of(connection, sql, exported).await?;
    let sql = "SELECT id, user_id, mandate_id, enabled FROM memberships ORDER BY seq";
    let mut entries = all(connection, sql, membership).await?;
    for entry in &mut entries {
        entry.role_ids = roles.remove(&entry.id).unwrap_or_default();
    }
    Ok(entries)
}

async fn accesses(connection: &mut AnyConnection, exported: &HashSet<String>) -> Result<Vec<Access>, sqlx::Error> {
    let sql = "SELECT access_id, role_id FROM access_roles ORDER BY seq";
    let mut roles = roles_of(connection, sql, exported).await?;
    let sql = "SELECT a.id, a.user_id, a.instance_id, a.enabled FROM accesses a
               JOIN instances i ON i.id = a.instance_id WHERE i.state = 'active' ORDER BY a.seq";
    let mut entries = all(connection, sql, access).await?;
    for entry in &mut entries {
        entry.role_ids = roles.remove(&entry.id).unwrap_or_default();
    }
    Ok(entries)
}

/// The exported roles of each holder, in order.
async fn roles_of(
    connection: &mut AnyConnection,
    sql: &'static str,
    exported: &HashSet<String>,
) -> Result<HashMap<String, Vec<String>>, sqlx::Error> {
    let mut roles: HashMap<String, Vec<String>> = HashMap::new();
    for row in sqlx::query(sql).fetch_all(connection).await? {
        let role: String = row.try_get(1)?;
        if exported.contains(&role) {
            roles.entry(row.try_get(0)?).or_default().push(role);
        }
    }
    Ok(roles)
}

fn instance(row: &AnyRow) -> Result<Instance, sqlx::Error> {
    Ok(Instance {
        id: row.try_get("id")?,
        feature_code: row.try_get("feature_code")?,
        mandate_id: row.try_get("mandate_id")?,
        label: row.try_get("label")?,
        enabled: yes(row, "enabled")?,
    })
}

fn notification(row: &AnyRow) -> Result<Notification, sqlx::Error> {
    Ok(Notification {
        id: row.try_get("id")?,
        mandate_id: row.try_get("mandate_id")?,
        subject: row.try_get("subject")?,
        headline: row.try_get("headline")?,
        body_paragraphs: words::parsed(row.try_get("body_paragraphs")?)?,
    })
}
