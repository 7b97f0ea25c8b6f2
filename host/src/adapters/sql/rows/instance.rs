//! Living and ended instances as they are read.

use core_wasm::facts::InstanceState;
use serde::Deserialize;

use crate::{
    adapters::sql::session::{Row, decode},
    ports::store::{
        StoreError,
        portfolio::{EndedEntry, HeldInstance, InventoryEntry},
        snapshot::{EndedInstanceRecord, InstanceRecord},
    },
};

/// The members of the JSON object of `instances i` that are always read.
macro_rules! instance_members {
    () => {
        "'id', i.id, 'mandate_id', i.mandate_id, 'feature_code', i.feature_code, 'label', i.label, 'state', i.state, \
         'enabled', i.enabled, 'activated_at', i.activated_at, 'activated_by', i.activated_by, \
         'reserved_by_change', i.reserved_by_change, 'ending_by_change', i.ending_by_change, "
    };
}
pub(in crate::adapters::sql) use instance_members;

/// The members of the JSON object of `ended_instances e` that are always read.
macro_rules! ended_members {
    () => {
        "'id', e.id, 'feature_code', e.feature_code, 'label', e.label, 'ended_at', e.ended_at, \
         'accesses', e.accesses, 'activated_at', e.activated_at"
    };
}
pub(in crate::adapters::sql) use ended_members;

/// The JSON text of `accesses a` of `users w`, as the admins of the mandate see it.
macro_rules! access_json {
    () => {
        "CAST(json_object('instance_id', a.instance_id, 'user_id', a.user_id, 'username', w.username, \
         'enabled', a.enabled, 'roles', coalesce((SELECT json_group_array(r.label ORDER BY ar.seq) FROM access_roles ar \
         JOIN roles r ON r.id = ar.role_id WHERE ar.access_id = a.id AND r.label IS NOT NULL), json('[]'))) AS TEXT)"
    };
}
pub(in crate::adapters::sql) use access_json;

/// The JSON text of `roles r` of an instance.
macro_rules! instance_role_json {
    () => {
        "CAST(json_object('id', r.id, 'label', r.label) AS TEXT)"
    };
}
pub(in crate::adapters::sql) use instance_role_json;

/// Who has access to `instances i`, as it is remembered for a restore.
macro_rules! ended_accesses {
    () => {
        "coalesce((SELECT CAST(json_group_array(json_object('userId', a.user_id, \
         'enabled', CASE WHEN a.enabled = 1 THEN json('true') ELSE json('false') END, \
         'roleLabels', coalesce((SELECT json_group_array(r.label ORDER BY ar.seq) FROM access_roles ar \
         JOIN roles r ON r.id = ar.role_id WHERE ar.access_id = a.id AND r.label IS NOT NULL), json('[]'))) \
         ORDER BY a.seq) AS TEXT) FROM accesses a WHERE a.instance_id = i.id), '[]')"
    };
}
pub(in crate::adapters::sql) use ended_accesses;

#[derive(Deserialize)]
struct InstanceRow {
    id: String,
    mandate_id: String,
    feature_code: String,
    label: Option<String>,
    state: InstanceState,
    #[serde(deserialize_with = "super::flag")]
    enabled: bool,
    activated_at: Option<i64>,
    activated_by: Option<String>,
    reserved_by_change: Option<String>,
    ending_by_change: Option<String>,
    /// How many users have access; 0 where it was not asked.
    accesses: i64,
    #[serde(deserialize_with = "super::flag")]
    has_access: bool,
    /// Whether the user's access is enabled, where it was asked.
    #[serde(default, deserialize_with = "super::flag_or_false")]
    access_enabled: bool,
    /// Name of the user who activated it, where it was asked.
    #[serde(default)]
    activated_by_name: Option<String>,
}

#[derive(Deserialize)]
struct EndedRow {
    id: String,
    feature_code: String,
    label: Option<String>,
    ended_at: i64,
    accesses: String,
    activated_at: Option<i64>,
    #[serde(default)]
    ended_by_name: Option<String>,
    #[serde(default, deserialize_with = "super::flag_or_false")]
    settled: bool,
}

/// Reads a living instance.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn instance(row: &Row) -> Result<InstanceRecord, StoreError> {
    row.decode::<InstanceRow>().map(Into::into)
}

/// Reads a living instance to which the user has access.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn held(row: &Row) -> Result<HeldInstance, StoreError> {
    let row: InstanceRow = row.decode()?;
    Ok(HeldInstance { access_enabled: row.access_enabled, instance: row.into() })
}

/// Reads a living instance as its mandate's admins see it.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn living(row: &Row) -> Result<InventoryEntry, StoreError> {
    let mut row: InstanceRow = row.decode()?;
    Ok(InventoryEntry { activated_by_name: row.activated_by_name.take(), instance: row.into() })
}

/// Reads an ended instance.
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn ended(row: &Row) -> Result<EndedEntry, StoreError> {
    let row: EndedRow = row.decode()?;
    Ok(EndedEntry {
        instance: EndedInstanceRecord {
            id: row.id,
            feature_code: row.feature_code,
            label: row.label,
            ended_at: row.ended_at,
            accesses: decode("ended accesses", &row.accesses)?,
        },
        ended_by_name: row.ended_by_name,
        settled: row.settled,
        activated_at: row.activated_at,
    })
}

impl From<InstanceRow> for InstanceRecord {
    fn from(row: InstanceRow) -> Self {
        Self {
            id: row.id,
            mandate_id: row.mandate_id,
            feature_code: row.feature_code,
            label: row.label,
            state: row.state,
            enabled: row.enabled,
            activated_at: row.activated_at,
            activated_by: row.activated_by,
            reserved_by_change: row.reserved_by_change,
            ending_by_change: row.ending_by_change,
            accesses: row.accesses,
            has_access: row.has_access,
        }
    }
}
