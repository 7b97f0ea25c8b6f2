//! What a load changed, entry by entry, for the audit trail: the document before beside the document after.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    adapters::sql::error::inconsistent,
    ports::store::{StoreError, audit::AuditEntry},
    transfer::Document,
};

/// The sections that are told, each with the word for one entry and the field that names it. Mails that wait are no entries
/// of the product's.
const SECTIONS: [(&str, &str, &str); 10] = [
    ("plans", "plan", "key"),
    ("features", "feature", "code"),
    ("resources", "resource", "objectKey"),
    ("users", "user", "id"),
    ("mandates", "mandate", "id"),
    ("roles", "role", "id"),
    ("memberships", "membership", "id"),
    ("subscriptions", "subscription", "id"),
    ("instances", "instance", "id"),
    ("accesses", "access", "id"),
];

/// The entries of a section by their names.
type Entries = BTreeMap<String, Value>;

/// One entry like `note` for each that is new, changed or went, and one for all of it.
///
/// # Errors
/// [`StoreError::Inconsistent`] when what is stored cannot be written as a document.
pub(super) fn told(note: &AuditEntry, before: &Document, after: &Document) -> Result<Vec<AuditEntry>, StoreError> {
    let (mut before, mut after) = (sections(before)?, sections(after)?);
    let homes = mandates_of_instances(&[&before, &after]);
    let mut told = Vec::new();
    let (mut created, mut changed, mut removed) = (0_u64, 0_u64, 0_u64);
    for (section, word, name_field) in SECTIONS {
        let (mut olds, news) = (named(&mut before, section, name_field), named(&mut after, section, name_field));
        for (name, new) in news {
            let old = olds.remove(&name);
            if old.as_ref() != Some(&new) {
                *(if old.is_some() { &mut changed } else { &mut created }) += 1;
                told.push(entry(note, (word, name), old, Some(new), &homes));
            }
        }
        for (name, old) in olds {
            removed += 1;
            told.push(entry(note, (word, name), Some(old), None, &homes));
        }
    }
    let mut whole = AuditEntry { subject: "document".to_owned(), ..note.clone() };
    let counts = [("created", created), ("changed", changed), ("removed", removed)];
    whole.detail.extend(counts.map(|(what, count)| (what.to_owned(), count.into())));
    told.push(whole);
    Ok(told)
}

fn entry(
    note: &AuditEntry,
    (word, name): (&str, String),
    before: Option<Value>,
    after: Option<Value>,
    homes: &BTreeMap<String, String>,
) -> AuditEntry {
    let text = |field: &str| {
        let of = |state: &Value| state.get(field).and_then(Value::as_str).map(str::to_owned);
        after.as_ref().and_then(of).or_else(|| before.as_ref().and_then(of))
    };
    let mandate_id = match word {
        "mandate" => Some(name.clone()),
        _ => text("mandateId").or_else(|| homes.get(&text("featureInstanceId")?).cloned()),
    };
    AuditEntry {
        action: format!("{} {word}", note.action),
        about: if word == "user" { vec![name.clone()] } else { Vec::new() },
        subject: name,
        mandate_id,
        before,
        after,
        ..note.clone()
    }
}

fn sections(document: &Document) -> Result<Map<String, Value>, StoreError> {
    match serde_json::to_value(document) {
        Ok(Value::Object(sections)) => Ok(sections),
        _ => Err(inconsistent("what is stored cannot be written as a document")),
    }
}

/// Takes a section apart.
fn named(document: &mut Map<String, Value>, section: &str, name_field: &str) -> Entries {
    let Some(Value::Array(entries)) = document.remove(section) else { return Entries::new() };
    entries.into_iter().filter_map(|entry| Some((entry.get(name_field)?.as_str()?.to_owned(), entry))).collect()
}

/// Where each instance is, for what names its instance only.
fn mandates_of_instances(documents: &[&Map<String, Value>]) -> BTreeMap<String, String> {
    let instances = documents.iter().filter_map(|document| document.get("instances")?.as_array()).flatten();
    let text = |entry: &Value, field: &str| entry.get(field).and_then(Value::as_str).map(str::to_owned);
    instances.filter_map(|entry| Some((text(entry, "id")?, text(entry, "mandateId")?))).collect()
}
