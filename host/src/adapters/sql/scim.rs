//! Looks for users and for roles of mandates: one statement counts, one reads.

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    SqlStore,
    error::inconsistent,
    session::{Row, flag, list},
};
use crate::{
    ports::store::{
        StoreError,
        scim::{Found, GroupRecord, GroupsWanted, Holder, ScimStore, Slice, UsersWanted},
    },
    transfer::User,
};

const USERS: &str = " FROM users u";
const USER: &str = "SELECT 'user' AS kind, u.seq AS seq, CAST(json_object('id', u.id, 'username', u.username, \
     'email', u.email, 'external_id', u.external_id, 'enabled', u.enabled) AS TEXT) AS json";

/// A role without a label has nothing by which a group could be told.
const GROUPS: &str = " FROM roles r JOIN mandates m ON m.id = r.mandate_id";
const GROUP: &str = "SELECT 'group' AS kind, r.seq AS seq, CAST(json_object('role_id', r.id, 'label', r.label, \
     'mandate_id', m.id, 'mandate_name', m.name, 'external_id', r.external_id) AS TEXT) AS json";
const COUNT: &str = "SELECT 'count' AS kind, CAST(count(*) AS TEXT) AS json";

const MEMBERSHIP: &str = "SELECT 'membership' AS kind, CAST(json_object('id', u.id) AS TEXT) AS json \
     FROM memberships u WHERE u.user_id = $1 AND u.mandate_id = $2";
const NAMED: &str = "SELECT 'mandate' AS kind, CAST(json_object('id', m.id) AS TEXT) AS json FROM mandates m \
     WHERE lower(m.name) = lower($1) ORDER BY m.seq LIMIT 2";

/// Roles that are looked up at once.
const MOST_ROLES: usize = 200;

#[derive(Deserialize)]
struct UserRow {
    id: String,
    username: String,
    email: Option<String>,
    external_id: Option<String>,
    #[serde(deserialize_with = "super::rows::flag")]
    enabled: bool,
}

#[derive(Deserialize)]
struct GroupRow {
    role_id: String,
    label: String,
    mandate_id: String,
    mandate_name: String,
    external_id: Option<String>,
}

#[derive(Deserialize)]
struct HolderRow {
    role_id: String,
    user_id: String,
}

#[derive(Deserialize)]
struct IdRow {
    id: String,
}

/// A value of a condition.
enum Bound {
    Text(String),
    Number(i64),
}

/// Conditions with their values, numbered in their order.
#[derive(Default)]
struct Conditions {
    sql: Vec<String>,
    values: Vec<Bound>,
}

impl Conditions {
    /// `template` has `?` where the value goes.
    fn text(&mut self, template: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.values.push(Bound::Text(value.clone()));
            self.sql.push(template.replace('?', &format!("${}", self.values.len())));
        }
    }

    fn clause(&self) -> String {
        if self.sql.is_empty() { String::new() } else { format!(" WHERE {}", self.sql.join(" AND ")) }
    }
}

impl SqlStore {
    async fn find(
        &self,
        (row, from, order): (&str, &str, &str),
        conditions: Conditions,
        slice: Slice,
    ) -> Result<Found<Row>, StoreError> {
        let clause = conditions.clause();
        let bound = |sql: &str| {
            conditions.values.iter().fold(self.session.query(sql), |query, value| match value {
                Bound::Text(text) => query.bind(text.clone()),
                Bound::Number(number) => query.bind(*number),
            })
        };
        let counted = self.session.rows_alone(&self.readers, bound(&format!("{COUNT}{from}{clause}"))).await?;
        let total = counted.first().ok_or_else(|| inconsistent("a count has no row"))?.decode()?;
        if slice.limit == 0 || slice.after >= total {
            return Ok(Found { total, items: Vec::new() });
        }
        let (limit, after) = (conditions.values.len() + 1, conditions.values.len() + 2);
        let sql = format!("{row}{from}{clause} ORDER BY {order} LIMIT ${limit} OFFSET ${after}");
        let query = bound(&sql).bind(slice.limit).bind(slice.after);
        Ok(Found { total, items: self.session.rows_alone(&self.readers, query).await? })
    }
}

#[async_trait]
impl ScimStore for SqlStore {
    async fn find_users(&self, wanted: &UsersWanted, slice: Slice) -> Result<Found<User>, StoreError> {
        let mut conditions = Conditions::default();
        conditions.text("u.id = ?", wanted.id.as_ref());
        conditions.text("lower(u.username) = lower(?)", wanted.username.as_ref());
        conditions.text("u.external_id = ?", wanted.external_id.as_ref());
        conditions.text("lower(u.email) = lower(?)", wanted.email.as_ref());
        if let Some(enabled) = wanted.enabled {
            conditions.values.push(Bound::Number(flag(enabled)));
            conditions.sql.push(format!("u.enabled = ${}", conditions.values.len()));
        }
        let found = self.find((USER, USERS, "u.seq"), conditions, slice).await?;
        let items = found.items.iter().map(|row| {
            let UserRow { id, username, email, external_id, enabled } = row.decode()?;
            Ok(User { id, username, email, external_id, enabled })
        });
        Ok(Found { total: found.total, items: items.collect::<Result<_, StoreError>>()? })
    }

    async fn find_groups(&self, wanted: &GroupsWanted, slice: Slice) -> Result<Found<GroupRecord>, StoreError> {
        let mut conditions = Conditions::default();
        conditions.sql.push("r.label IS NOT NULL".to_owned());
        conditions.text("r.id = ?", wanted.id.as_ref());
        conditions.text("lower(m.name || '/' || r.label) = lower(?)", wanted.name.as_ref());
        conditions.text("r.external_id = ?", wanted.external_id.as_ref());
        let member = "EXISTS (SELECT 1 FROM membership_roles h JOIN memberships w ON w.id = h.membership_id \
             WHERE h.role_id = r.id AND w.user_id = ?)";
        conditions.text(member, wanted.member.as_ref());
        let found = self.find((GROUP, GROUPS, "r.seq"), conditions, slice).await?;
        let items = found.items.iter().map(|row| {
            let GroupRow { role_id, label, mandate_id, mandate_name, external_id } = row.decode()?;
            Ok(GroupRecord { role_id, label, mandate_id, mandate_name, external_id })
        });
        Ok(Found { total: found.total, items: items.collect::<Result<_, StoreError>>()? })
    }

    async fn holders(&self, role_ids: &[String]) -> Result<Vec<Holder>, StoreError> {
        let mut holders = Vec::new();
        for roles in role_ids.chunks(MOST_ROLES) {
            let sql = format!(
                "SELECT 'holder' AS kind, h.seq AS seq, CAST(json_object('role_id', h.role_id, 'user_id', w.user_id) AS \
                 TEXT) AS json FROM membership_roles h JOIN memberships w ON w.id = h.membership_id \
                 WHERE h.role_id IN ({}) ORDER BY h.seq",
                list(1, roles.len())
            );
            let query = roles.iter().fold(self.session.query(&sql), |query, role| query.bind(role.clone()));
            for row in self.session.rows_alone(&self.readers, query).await? {
                let HolderRow { role_id, user_id } = row.decode()?;
                holders.push(Holder { role_id, user_id });
            }
        }
        Ok(holders)
    }

    async fn membership_id(&self, user_id: &str, mandate_id: &str) -> Result<Option<String>, StoreError> {
        let query = self.session.query(MEMBERSHIP).bind(user_id.to_owned()).bind(mandate_id.to_owned());
        let rows = self.session.rows_alone(&self.readers, query).await?;
        rows.first().map(|row| row.decode::<IdRow>().map(|row| row.id)).transpose()
    }

    async fn mandates_named(&self, name: &str) -> Result<Vec<String>, StoreError> {
        let query = self.session.query(NAMED).bind(name.to_owned());
        let rows = self.session.rows_alone(&self.readers, query).await?;
        rows.iter().map(|row| row.decode::<IdRow>().map(|row| row.id)).collect()
    }
}
