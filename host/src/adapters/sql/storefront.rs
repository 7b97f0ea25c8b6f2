//! What a page about a mandate is made of, and whether it changed: two statements over the same rows.

use std::collections::HashMap;

use async_trait::async_trait;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{
    SqlStore,
    error::inconsistent,
    rows::{
        catalogue::{feature, feature_json},
        change::change_json,
        instance::{access_json, ended, ended_members, instance, instance_members, instance_role_json},
        mandate::{Mandates, mandate_json, role_json, subscription_json},
        pause::{PAUSED, paused_row},
    },
    session::Row,
};
use crate::ports::store::{
    StoreError,
    snapshot::{MembershipRecord, RoleRecord},
    storefront::{Revision, Storefront, StorefrontStore, Viewer},
};

/// A living instance `i` to the user `u`, with the number of all who have access.
macro_rules! living_json {
    () => {
        concat!(
            "CAST(json_object(",
            instance_members!(),
            "'accesses', (SELECT count(*) FROM accesses a WHERE a.instance_id = i.id), ",
            "'has_access', (SELECT count(*) FROM accesses a WHERE a.instance_id = i.id AND a.user_id = u.user_id)) AS TEXT)"
        )
    };
}

/// An ended instance `e`.
macro_rules! ended_json {
    () => {
        concat!("CAST(json_object(", ended_members!(), ") AS TEXT)")
    };
}

/// Of the mandate only what hangs on the caller's enabled membership. $1 user, $2 mandate.
macro_rules! of_member {
    () => {
        " WHERE u.user_id = $1 AND u.mandate_id = $2 AND u.enabled = 1 "
    };
}

const STOREFRONT: &str = concat!(
    "SELECT 'mandate' AS kind, m.seq AS seq, ",
    mandate_json!(),
    " AS json FROM memberships u JOIN mandates m ON m.id = u.mandate_id",
    of_member!(),
    "UNION ALL SELECT 'role', ur.seq, ",
    role_json!(),
    " FROM memberships u JOIN membership_roles ur ON ur.membership_id = u.id JOIN roles r ON r.id = ur.role_id",
    of_member!(),
    "UNION ALL SELECT 'subscription', s.seq, ",
    subscription_json!(),
    " FROM memberships u JOIN subscriptions s ON s.mandate_id = u.mandate_id LEFT JOIN plans p ON p.key = s.plan_key",
    of_member!(),
    "UNION ALL SELECT 'feature', f.seq, ",
    feature_json!(),
    " FROM memberships u CROSS JOIN features f",
    of_member!(),
    "UNION ALL SELECT 'living', i.seq, ",
    living_json!(),
    " FROM memberships u JOIN instances i ON i.mandate_id = u.mandate_id AND i.withdrawn_by_change IS NULL",
    of_member!(),
    "UNION ALL SELECT 'ended', e.seq, ",
    ended_json!(),
    " FROM memberships u JOIN ended_instances e ON e.mandate_id = u.mandate_id AND e.restored_by_change IS NULL",
    of_member!(),
    "UNION ALL ",
    paused_row!(),
    " ORDER BY 2"
);

/// The mandates and the users who look, each as one list: $1 mandates, $2 users.
macro_rules! of_viewers {
    () => {
        " WHERE u.mandate_id IN (SELECT value FROM texts_of(CAST($1 AS TEXT_LIST))) \
         AND u.user_id IN (SELECT value FROM texts_of(CAST($2 AS TEXT_LIST))) "
    };
}

/// The mandates that are looked at.
macro_rules! of_mandates {
    ($column:literal) => {
        concat!(" WHERE ", $column, " IN (SELECT value FROM texts_of(CAST($1 AS TEXT_LIST))) ")
    };
}

/// Whom a row concerns, as the kind of the row: everybody (nothing), all viewers of a mandate (its id), or one viewer (the
/// mandate's id, a line feed, which no id has in it, and the user's).
const REVISIONS: &str = concat!(
    "SELECT u.mandate_id || '\n' || u.user_id AS kind, u.seq AS seq, ",
    mandate_json!(),
    " AS json FROM memberships u JOIN mandates m ON m.id = u.mandate_id",
    of_viewers!(),
    "UNION ALL SELECT u.mandate_id || '\n' || u.user_id, ur.seq, ",
    role_json!(),
    " FROM memberships u JOIN membership_roles ur ON ur.membership_id = u.id JOIN roles r ON r.id = ur.role_id",
    of_viewers!(),
    "UNION ALL SELECT u.mandate_id || '\n' || u.user_id, i.seq, ",
    living_json!(),
    " FROM memberships u JOIN instances i ON i.mandate_id = u.mandate_id AND i.withdrawn_by_change IS NULL",
    of_viewers!(),
    "UNION ALL SELECT s.mandate_id, s.seq, ",
    subscription_json!(),
    " FROM subscriptions s LEFT JOIN plans p ON p.key = s.plan_key",
    of_mandates!("s.mandate_id"),
    "UNION ALL SELECT e.mandate_id, e.seq, ",
    ended_json!(),
    " FROM ended_instances e",
    of_mandates!("e.restored_by_change IS NULL AND e.mandate_id"),
    "UNION ALL SELECT i.mandate_id, a.seq, ",
    access_json!(),
    " FROM instances i JOIN accesses a ON a.instance_id = i.id JOIN users w ON w.id = a.user_id",
    of_mandates!("i.mandate_id"),
    "UNION ALL SELECT i.mandate_id, r.seq, ",
    instance_role_json!(),
    " FROM instances i JOIN roles r ON r.instance_id = i.id",
    of_mandates!("i.mandate_id"),
    "UNION ALL SELECT c.mandate_id, c.seq, ",
    change_json!(),
    " FROM changes c",
    of_mandates!("c.state IN ('queued', 'billing') AND c.mandate_id"),
    "UNION ALL SELECT '', f.seq, ",
    feature_json!(),
    " FROM features f UNION ALL SELECT '', z.seq, z.name FROM pauses z"
);

#[async_trait]
impl StorefrontStore for SqlStore {
    async fn storefront(&self, user_id: &str, mandate_id: &str) -> Result<Option<Storefront>, StoreError> {
        let query = self.session.query(STOREFRONT).bind(user_id.to_owned()).bind(mandate_id.to_owned());
        let (mut mandates, mut features) = (Mandates::default(), Vec::new());
        let (mut living, mut gone, mut billing_paused) = (Vec::new(), Vec::new(), false);
        for row in self.session.rows_alone(&self.readers, query).await? {
            match row.kind.as_str() {
                "feature" => features.push(feature(&row)?),
                "living" => living.push(instance(&row)?),
                "ended" => gone.push(ended(&row)?.instance),
                PAUSED => billing_paused = true,
                _ => {
                    mandates.take(&row)?;
                }
            }
        }
        Ok(mandates.finish().pop().map(|mandate| Storefront { mandate, features, living, ended: gone, billing_paused }))
    }

    async fn revisions(&self, viewers: &[Viewer]) -> Result<Vec<Revision>, StoreError> {
        if viewers.is_empty() {
            return Ok(Vec::new());
        }
        let query = self
            .session
            .query(REVISIONS)
            .bind(list_of(viewers.iter().map(|viewer| viewer.mandate_id.as_str()))?)
            .bind(list_of(viewers.iter().map(|viewer| viewer.user_id.as_str()))?);
        let rows = self.session.rows_alone(&self.readers, query).await?;
        let mut concerning: HashMap<&str, Vec<&Row>> = HashMap::new();
        for row in &rows {
            concerning.entry(row.kind.as_str()).or_default().push(row);
        }
        viewers.iter().map(|viewer| revision(viewer, &concerning)).collect()
    }
}

/// Texts as one value, each once.
fn list_of<'a>(texts: impl Iterator<Item = &'a str>) -> Result<String, StoreError> {
    let unique: std::collections::BTreeSet<&str> = texts.collect();
    serde_json::to_string(&unique).map_err(|_| inconsistent("ids that cannot be written"))
}

/// What the rows say to one viewer. Their order is no matter: it may differ from read to read.
fn revision(viewer: &Viewer, concerning: &HashMap<&str, Vec<&Row>>) -> Result<Revision, StoreError> {
    let own = format!("{}\n{}", viewer.mandate_id, viewer.user_id);
    let of = |key: &str| concerning.get(key).into_iter().flatten().copied();
    let mut texts: Vec<&str> = of("").chain(of(&viewer.mandate_id)).chain(of(&own)).map(Row::text).collect();
    texts.sort_unstable();
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text);
        hash.update([0]);
    }
    let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Revision { membership: membership(of(&own))?, digest })
}

/// What of a viewer's own rows says who the viewer is: the mandate's row tells the membership, the others its roles.
#[derive(Deserialize)]
struct OwnRow {
    /// Of the mandate's row only.
    membership: Option<i64>,
    /// Of a role's row only.
    of: Option<String>,
    label: Option<String>,
    mandate_id: Option<String>,
    instance_id: Option<String>,
}

fn membership<'a>(own: impl Iterator<Item = &'a Row>) -> Result<Option<MembershipRecord>, StoreError> {
    let (mut enabled, mut roles) = (None, Vec::new());
    for row in own {
        let OwnRow { membership, of, label, mandate_id, instance_id } = row.decode()?;
        enabled = enabled.or(membership);
        if of.is_some() {
            roles.push(RoleRecord { label, mandate_id, instance_id });
        }
    }
    Ok(enabled.map(|enabled| MembershipRecord { enabled: enabled != 0, roles }))
}
