//! Instances and accesses as the audit trail tells them before and after a change.

use core_wasm::facts::InstanceState;
use serde_json::{Map, Value, json};

use super::{AuditEntry, Origin, Who};
use crate::ports::store::{
    change::ChangeRecord,
    snapshot::{EndedInstanceRecord, InstanceRecord},
    transaction::NewAccess,
};

/// An entry about a change of an instance or of an access to it: its action is the kind of the change, its subject the
/// instance. What was before and what is after is still to be said.
#[must_use]
pub fn of_change(change: &ChangeRecord, who: Who, origin: Origin) -> AuditEntry {
    let mut detail = Map::new();
    detail.insert("change".to_owned(), change.id.clone().into());
    detail.insert("featureCode".to_owned(), change.feature_code.clone().into());
    if let Some(batch) = &change.batch {
        detail.insert("batch".to_owned(), batch.id.clone().into());
    }
    AuditEntry {
        origin,
        mandate_id: Some(change.mandate_id.clone()),
        detail,
        about: change.subject_id.iter().chain([&change.user_id]).cloned().collect(),
        ..AuditEntry::new(change.created_at, who, change.kind.as_str(), &change.instance_id)
    }
}

/// A living instance.
#[must_use]
pub fn of_instance(instance: &InstanceRecord) -> Value {
    let state = if instance.state == InstanceState::Reserved { "reserved" } else { "active" };
    json!({
        "state": state,
        "label": instance.label,
        "enabled": instance.enabled,
        "activatedAt": instance.activated_at,
        "activatedBy": instance.activated_by,
    })
}

/// An instance that is made: usable at once, or once billing confirmed it.
#[must_use]
pub fn of_new(label: Option<&str>, active: bool, roles: &[(String, String)], accesses: &[NewAccess]) -> Value {
    let accesses: Vec<Value> = accesses
        .iter()
        .map(|access| {
            let labels = roles.iter().filter(|(id, _)| access.role_ids.contains(id)).map(|(_, label)| label.as_str());
            of_access(&access.user_id, access.enabled, labels)
        })
        .collect();
    json!({ "state": if active { "active" } else { "reserved" }, "label": label, "accesses": accesses })
}

/// An instance that ended and can be restored.
#[must_use]
pub fn of_ended(ended: &EndedInstanceRecord) -> Value {
    json!({ "state": "ended", "label": ended.label, "endedAt": ended.ended_at })
}

/// An access.
pub fn of_access<'a>(user_id: &str, enabled: bool, roles: impl Iterator<Item = &'a str>) -> Value {
    json!({ "userId": user_id, "enabled": enabled, "roles": roles.collect::<Vec<_>>() })
}

/// An instance that is over.
#[must_use]
pub fn ended() -> Value {
    json!({ "state": "ended" })
}
