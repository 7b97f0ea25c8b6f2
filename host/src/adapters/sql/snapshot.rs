//! What one request sees of one mandate, in one statement: typed rows, and only those that were asked for.

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    SqlStore,
    rows::{
        catalogue::{feature, feature_json},
        change::{change, change_json},
        decision::{PSEUDONYM_KEY, key, pseudonym_key_row},
        instance::{access_json, ended, ended_members, instance, instance_members, instance_role_json},
        mandate::{Mandates, mandate_json, role_json, subscription_json},
        pause::{PAUSED, paused_row},
        quote::{quote, quote_json},
    },
    session::{Query, Row, Session, list},
};
use crate::ports::store::{
    StoreError,
    snapshot::{AccessRecord, Ask, ColleagueRecord, HeldAccessRecord, InstanceRole, Snapshot, SnapshotStore},
};

// The values of all branches: $1 caller, $2 mandate, $3 feature, $4 living instance, $5 colleague, $6 ended instance,
// $7 path and $8 text of the idempotency key, $9 quote, $10 wish, $11 since when it was quoted, $12 the colleague who is to
// have access, $13 place and $14 number of those who could; from $15 on several features and instances. What is null belongs to a branch that is left out.

const MANDATE: &str = concat!(
    "SELECT 'mandate' AS kind, m.seq AS seq, ",
    mandate_json!(),
    " AS json FROM mandates m LEFT JOIN memberships u ON u.mandate_id = m.id AND u.user_id = $1 WHERE m.id = $2 ",
    "UNION ALL SELECT 'role', ur.seq, ",
    role_json!(),
    " FROM memberships u JOIN membership_roles ur ON ur.membership_id = u.id JOIN roles r ON r.id = ur.role_id ",
    "WHERE u.user_id = $1 AND u.mandate_id = $2 ",
    "UNION ALL SELECT 'subscription', s.seq, ",
    subscription_json!(),
    " FROM subscriptions s LEFT JOIN plans p ON p.key = s.plan_key WHERE s.mandate_id = $2 ",
    "UNION ALL ",
    paused_row!(),
    " UNION ALL ",
    pseudonym_key_row!()
);

/// For a restore the feature is that of the ended instance.
const FEATURE: &str = concat!(
    " UNION ALL SELECT 'feature', f.seq, ",
    feature_json!(),
    " FROM features f WHERE f.code = coalesce((SELECT e.feature_code FROM ended_instances e WHERE e.id = $6 ",
    "AND e.mandate_id = $2 AND e.restored_by_change IS NULL), $3)"
);

macro_rules! instance_json {
    () => {
        concat!(
            "i.seq, CAST(json_object(",
            instance_members!(),
            "'accesses', (SELECT count(*) FROM accesses a WHERE a.instance_id = i.id), ",
            "'has_access', (SELECT count(*) FROM accesses a WHERE a.instance_id = i.id ",
            "AND a.user_id = coalesce($5, $1))) AS TEXT) FROM instances i ",
        )
    };
}

/// An instance that is being withdrawn lives no more.
const INSTANCE: &str =
    concat!(" UNION ALL SELECT 'instance', ", instance_json!(), "WHERE i.id = $4 AND i.withdrawn_by_change IS NULL");

/// Their codes follow.
const FEATURES: &str =
    concat!(" UNION ALL SELECT 'one of features', f.seq, ", feature_json!(), " FROM features f WHERE f.code IN ");

/// Those of the instances whose ids follow: their names are told.
const THEIR_FEATURES: &str = concat!(
    " UNION ALL SELECT 'one of features', f.seq, ",
    feature_json!(),
    " FROM features f JOIN instances i ON i.feature_code = f.code WHERE i.id IN "
);

/// Their ids follow.
const INSTANCES: &str = concat!(
    " UNION ALL SELECT 'one of instances', ",
    instance_json!(),
    "WHERE i.withdrawn_by_change IS NULL AND i.id IN "
);

const QUOTE: &str = concat!(" UNION ALL SELECT 'quote', q.seq, ", quote_json!(), " FROM quotes q WHERE q.id = $9");

/// The last one counts.
const RECENT_QUOTE: &str = concat!(
    " UNION ALL SELECT 'recent quote', q.seq, ",
    quote_json!(),
    " FROM quotes q WHERE q.user_id = $1 AND q.mandate_id = $2 AND q.wish = $10 AND q.used_by IS NULL ",
    "AND q.created_at >= $11"
);

const ENDED: &str = concat!(
    " UNION ALL SELECT 'ended', e.seq, CAST(json_object(",
    ended_members!(),
    ") AS TEXT) FROM ended_instances e WHERE e.id = $6 AND e.mandate_id = $2 AND e.restored_by_change IS NULL"
);

/// Which of those who had access are still members: whoever left since does not come back with the instance.
const MEMBERS: &str = " UNION ALL SELECT 'member', u.seq, CAST(json_object('user_id', u.user_id) AS TEXT) \
     FROM memberships u JOIN ended_instances e ON e.mandate_id = u.mandate_id \
     WHERE e.id = $6 AND e.mandate_id = $2 AND u.enabled = 1 AND e.accesses LIKE '%' || u.user_id || '%'";

/// Whether the colleague is a member, and what access the colleague has.
const SHARING: &str = " UNION ALL SELECT 'colleague', u.seq, CAST(json_object('user_id', u.user_id) AS TEXT) \
     FROM memberships u WHERE u.user_id = $12 AND u.mandate_id = $2 AND u.enabled = 1 \
     UNION ALL SELECT 'held access', a.seq, CAST(json_object('id', a.id, 'enabled', a.enabled, 'role_ids', \
     coalesce((SELECT json_group_array(ar.role_id ORDER BY ar.seq) FROM access_roles ar WHERE ar.access_id = a.id), \
     json('[]'))) AS TEXT) FROM accesses a WHERE a.instance_id = $4 AND a.user_id = $12";

/// What can be given.
const INSTANCE_ROLES: &str = concat!(
    " UNION ALL SELECT 'instance role', r.seq, ",
    instance_role_json!(),
    " FROM roles r WHERE r.instance_id = $4"
);

/// Who has access.
const ACCESSES: &str = concat!(
    " UNION ALL SELECT 'access', a.seq, ",
    access_json!(),
    " FROM accesses a JOIN users w ON w.id = a.user_id WHERE a.instance_id = $4"
);

/// Who could have access.
const COLLEAGUES: &str = " UNION ALL SELECT x.kind, x.seq, x.json FROM (SELECT 'could have access' AS kind, u.seq AS seq, \
     CAST(json_object('place', u.seq, 'user_id', w.id, 'username', w.username) AS TEXT) AS json \
     FROM memberships u JOIN users w ON w.id = u.user_id WHERE u.mandate_id = $2 AND u.enabled = 1 AND u.seq > $13 \
     AND NOT EXISTS (SELECT 1 FROM accesses a WHERE a.instance_id = $4 AND a.user_id = u.user_id) \
     ORDER BY u.seq LIMIT $14) x";

const REPLAY: &str = concat!(
    " UNION ALL SELECT 'replay', c.seq, ",
    change_json!(),
    " FROM changes c WHERE c.user_id = $1 AND c.key_path = $7 AND c.key = $8 AND c.key IS NOT NULL"
);

const PENDING_ACTIVATION: &str = concat!(
    " UNION ALL SELECT 'pending', c.seq, ",
    change_json!(),
    " FROM changes c WHERE c.user_id = $1 AND c.mandate_id = $2 AND c.feature_code = $3 AND c.kind = 'activate' ",
    "AND c.gate IS NOT NULL AND c.state IN ('queued', 'billing') AND c.key IS NULL AND c.batch_id IS NULL"
);

const PENDING_BATCH: &str = concat!(
    " UNION ALL SELECT 'pending', c.seq, ",
    change_json!(),
    " FROM changes c WHERE c.user_id = $1 AND c.mandate_id = $2 AND c.batch_wish = $10 ",
    "AND c.gate IS NOT NULL AND c.state IN ('queued', 'billing') AND c.key IS NULL"
);

const PENDING_RESTORE: &str = concat!(
    " UNION ALL SELECT 'pending', c.seq, ",
    change_json!(),
    " FROM changes c WHERE c.user_id = $1 AND c.mandate_id = $2 AND c.instance_id = $6 AND c.kind = 'restore' ",
    "AND c.gate IS NOT NULL AND c.state IN ('queued', 'billing') AND c.key IS NULL"
);

#[async_trait]
impl SnapshotStore for SqlStore {
    async fn snapshot(&self, ask: &Ask) -> Result<Snapshot, StoreError> {
        read(&self.session.rows_alone(&self.readers, statement(&self.session, ask)).await?)
    }
}

/// The number of the first value of several.
const SEVERAL: usize = 15;

/// The statement that answers a question.
pub(super) fn statement(session: &Session, ask: &Ask) -> Query {
    let restoring = ask.ended_instance_id.is_some();
    let branches = [
        (MANDATE, true),
        (FEATURE, ask.feature_code.is_some() || restoring),
        (INSTANCE, ask.instance_id.is_some()),
        (ENDED, restoring),
        (MEMBERS, restoring),
        (SHARING, ask.sharing_with.is_some()),
        (INSTANCE_ROLES, ask.sharing_with.is_some() || ask.with_accesses),
        (ACCESSES, ask.with_accesses),
        (COLLEAGUES, ask.colleagues.is_some()),
        (REPLAY, ask.key.is_some()),
        (PENDING_ACTIVATION, ask.join && !restoring && ask.feature_code.is_some()),
        (PENDING_RESTORE, ask.join && restoring),
        (PENDING_BATCH, ask.join && ask.wish.is_some()),
        (QUOTE, ask.quote_id.is_some()),
        (RECENT_QUOTE, ask.quoted_since.is_some()),
    ];
    let mut sql: String = branches.into_iter().filter(|(_, asked)| *asked).map(|(sql, _)| sql).collect();
    let instances = SEVERAL + ask.features.len();
    for (branch, first, values) in [
        (FEATURES, SEVERAL, &ask.features),
        (INSTANCES, instances, &ask.instances),
        (THEIR_FEATURES, instances, &ask.instances),
    ] {
        if !values.is_empty() {
            sql.push_str(&format!("{branch}({})", list(first, values.len())));
        }
    }
    sql.push_str(" ORDER BY 2");
    let query = session
        .query(&sql)
        .bind(ask.user_id.clone())
        .bind(ask.mandate_id.clone())
        .bind(ask.feature_code.clone())
        .bind(ask.instance_id.clone())
        .bind(ask.colleague_id.clone())
        .bind(ask.ended_instance_id.clone())
        .bind(ask.key.as_ref().map(|key| key.path.clone()))
        .bind(ask.key.as_ref().map(|key| key.key.clone()))
        .bind(ask.quote_id.clone())
        .bind(ask.wish.clone())
        .bind(ask.quoted_since)
        .bind(ask.sharing_with.clone())
        .bind(ask.colleagues.map(|asked| asked.after))
        .bind(ask.colleagues.map(|asked| asked.limit));
    ask.features.iter().chain(&ask.instances).fold(query, |query, value| query.bind(value.clone()))
}

#[derive(Deserialize)]
struct MemberRow {
    user_id: String,
}

#[derive(Deserialize)]
struct HeldAccessRow {
    id: String,
    #[serde(deserialize_with = "super::rows::flag")]
    enabled: bool,
    role_ids: Vec<String>,
}

#[derive(Deserialize)]
struct AccessRow {
    user_id: String,
    username: String,
    #[serde(deserialize_with = "super::rows::flag")]
    enabled: bool,
    roles: Vec<String>,
}

#[derive(Deserialize)]
struct ColleagueRow {
    place: i64,
    user_id: String,
    username: String,
}

/// Puts the rows of an answer together.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(super) fn read(rows: &[Row]) -> Result<Snapshot, StoreError> {
    let mut snapshot = Snapshot::default();
    let mut mandates = Mandates::default();
    let mut members = Vec::new();
    for row in rows {
        match row.kind.as_str() {
            "feature" => snapshot.feature = Some(feature(row)?),
            "instance" => snapshot.instance = Some(instance(row)?),
            "ended" => snapshot.ended = Some(ended(row)?.instance),
            "one of features" => snapshot.features.push(feature(row)?),
            "one of instances" => snapshot.instances.push(instance(row)?),
            "quote" => snapshot.quote = Some(quote(row)?),
            "recent quote" => snapshot.recent_quote = Some(quote(row)?),
            "colleague" => snapshot.colleague_is_member = true,
            "held access" => {
                let HeldAccessRow { id, enabled, role_ids } = row.decode()?;
                snapshot.colleague_access = Some(HeldAccessRecord { id, enabled, role_ids });
            }
            "instance role" => snapshot.instance_roles.push(row.decode::<InstanceRole>()?),
            "access" => {
                let AccessRow { user_id, username, enabled, roles } = row.decode()?;
                snapshot.accesses.push(AccessRecord { user_id, username, enabled, roles });
            }
            "could have access" => {
                let ColleagueRow { place, user_id, username } = row.decode()?;
                snapshot.colleagues.push(ColleagueRecord { place, user_id, username });
            }
            "member" => members.push(row.decode::<MemberRow>()?.user_id),
            PAUSED => snapshot.billing_paused = true,
            PSEUDONYM_KEY => snapshot.pseudonym_key = Some(key(row)?),
            "replay" => snapshot.replay = Some(change(row)?),
            "pending" => snapshot.pending = Some(change(row)?),
            _ => {
                mandates.take(row)?;
            }
        }
    }
    if let Some(ended) = &mut snapshot.ended {
        ended.accesses.retain(|access| members.contains(&access.user_id));
    }
    snapshot.unresolved = std::mem::take(&mut mandates.unresolved);
    snapshot.mandate = mandates.finish().pop();
    Ok(snapshot)
}
