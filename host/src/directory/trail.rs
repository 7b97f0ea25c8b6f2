//! Entries as the audit trail tells them: all of one before and after.

use serde_json::Value;

use crate::{
    ports::{
        clock::Millis,
        store::audit::{AuditEntry, Who},
    },
    transfer::{Entry, TransferError},
};

/// What is written down about an entry that is new, changes or goes.
///
/// # Errors
/// [`TransferError::Unwritable`] when the entry is none that a document could hold.
pub fn of_entry(
    at: Millis,
    who: Who,
    verb: &str,
    before: Option<&Entry>,
    after: Option<&Entry>,
) -> Result<AuditEntry, TransferError> {
    let named = after.or(before);
    let (word, name) = named.map_or(("entry", ""), |entry| (entry.kind().word(), entry.name()));
    let about = match named {
        Some(Entry::User(user)) => vec![user.id.clone()],
        _ => Vec::new(),
    };
    Ok(AuditEntry {
        mandate_id: named.and_then(mandate_of),
        before: before.map(state).transpose()?,
        after: after.map(state).transpose()?,
        about,
        ..AuditEntry::new(at, who, format!("{verb} {word}"), name)
    })
}

/// The mandate that an entry names itself. An access names its instance only.
fn mandate_of(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Mandate(mandate) => Some(mandate.id.clone()),
        Entry::Role(role) => role.mandate_id.clone(),
        Entry::Membership(membership) => Some(membership.mandate_id.clone()),
        Entry::Subscription(subscription) => Some(subscription.mandate_id.clone()),
        Entry::User(_) | Entry::Plan(_) | Entry::Feature(_) | Entry::Access(_) => None,
    }
}

fn state(entry: &Entry) -> Result<Value, TransferError> {
    serde_json::to_value(entry).map_err(|error| TransferError::Unwritable { cause: error.to_string() })
}
