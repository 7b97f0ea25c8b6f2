//! What the audit trail says about whoever is erased: it is emptied there. The seals stay, so that the chain is as whole as
//! before.

use serde_json::{Map, Value};
use sqlx::{AnyConnection, Row as _};

use super::{
    find::{Search, like_any},
    replace::longest_first,
    words::{change_texts, without},
};
use crate::{
    adapters::sql::{
        audit::erase::{Whose, erase},
        session::Session,
    },
    ports::store::{StoreError, audit::AuditEntry, erasure::Person},
};

/// Entries of these kinds have ids that the embedding product made, often of the user's id or name.
const MADE_OF_IDS: [&str; 2] = ["membership", "access"];

/// Columns that hold JSON, the people aside.
const TOLD: [&str; 3] = ["before_state", "after_state", "detail"];

/// An entry that may name a person without having them among its people.
struct Written<'a> {
    action: &'a str,
    subject: &'a str,
    reason: &'a str,
    /// The states before and after, and what else there is to know.
    told: [Value; 3],
}

impl Written<'_> {
    fn names(mut self, person: &Person) -> bool {
        let all = longest_first(person);
        let is_made_of_ids = MADE_OF_IDS.iter().any(|kind| self.action.ends_with(kind));
        self.subject == person.user_id
            || (is_made_of_ids && without(self.subject, &all, "").is_some())
            || without(self.reason, &all, "").is_some()
            || self.told.iter_mut().any(|told| change_texts(told, &|text| without(text, &all, "")))
    }
}

/// Whether an entry, with all its columns, names a person, and not only somebody whose name is longer.
pub(super) fn names(row: &Map<String, Value>, person: &Person) -> bool {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let people = row.get("people").and_then(Value::as_array);
    let is_among = people.is_some_and(|people| people.iter().any(|id| id.as_str() == Some(person.user_id.as_str())));
    let told = TOLD.map(|name| row.get(name).cloned().unwrap_or_default());
    let written = Written { action: text("action"), subject: text("subject"), reason: text("reason"), told };
    is_among || written.names(person)
}

/// Which entries may name a person.
pub(super) fn search(person: &Person) -> Search {
    let mut search = Search::default();
    let id = search.value(&person.user_id);
    let mut any = vec![format!("seq IN (SELECT p.entry FROM audit_people p WHERE p.user_id = {id})")];
    any.extend(by_words(&mut search, person));
    search.condition = any.join(" OR ");
    search
}

fn by_words(search: &mut Search, person: &Person) -> Vec<String> {
    let all: Vec<&String> = std::iter::once(&person.user_id).chain(&person.words).collect();
    let mut any = vec![like_any(search, "subject", &all, false), like_any(search, "reason", &all, false)];
    any.extend(TOLD.map(|column| like_any(search, column, &all, true)));
    any
}

/// Empties what names a person, in the caller's transaction; how many entries did. `entry` is added with their numbers.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn forget_person(
    session: &Session,
    on: &mut AnyConnection,
    person: &Person,
    entry: &AuditEntry,
) -> Result<u64, StoreError> {
    let unsaid = unsaid(on, person).await.map_err(|error| session.dialect.error(&error))?;
    for seq in unsaid {
        let named = "INSERT INTO audit_people (user_id, entry) VALUES ($1, $2) ON CONFLICT (user_id, entry) DO NOTHING";
        session.run(on, session.query(named).bind(person.user_id.clone()).bind(seq)).await?;
    }
    erase(session, on, &Whose::Person(&person.user_id), entry).await
}

/// Entries that name a person in words only.
async fn unsaid(on: &mut AnyConnection, person: &Person) -> Result<Vec<i64>, sqlx::Error> {
    let mut search = Search::default();
    search.condition = by_words(&mut search, person).join(" OR ");
    let columns = "seq, action, subject, reason, before_state, after_state, detail";
    let sql = format!("SELECT {columns} FROM audit WHERE {} ORDER BY seq", search.condition);
    let mut found = Vec::new();
    for row in search.bound(sql).fetch_all(on).await? {
        let [action, subject, reason]: [String; 3] = [row.try_get(1)?, row.try_get(2)?, row.try_get(3)?];
        let told: [Option<String>; 3] = [row.try_get(4)?, row.try_get(5)?, row.try_get(6)?];
        let told = told.map(|told| told.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default());
        let written = Written { action: &action, subject: &subject, reason: &reason, told };
        if written.names(person) {
            found.push(row.try_get(0)?);
        }
    }
    Ok(found)
}

/// Empties what is about a mandate, in the caller's transaction; how many entries were. `entry` is added with their numbers.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn forget_mandate(
    session: &Session,
    on: &mut AnyConnection,
    mandate_id: &str,
    entry: &AuditEntry,
) -> Result<u64, StoreError> {
    erase(session, on, &Whose::Mandate(mandate_id), entry).await
}
