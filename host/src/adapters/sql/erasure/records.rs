//! All rows about a person, and all about a mandate, table by table.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sqlx::AnyConnection;

use super::{
    audit,
    find::{Search, like_any},
    places::{Holds, PLACES, Place},
    replace::rewritten,
};
use crate::ports::store::erasure::{Person, Rows};

/// Rows that are found by the user's id alone, `$1`, beside those of [`PLACES`].
const BY_ID: [(&str, &str); 7] = [
    ("users", "id = $1"),
    ("memberships", "user_id = $1"),
    ("membership_roles", "membership_id IN (SELECT u.id FROM memberships u WHERE u.user_id = $1)"),
    (
        "roles",
        "id IN (SELECT x.role_id FROM membership_roles x JOIN memberships u ON u.id = x.membership_id WHERE u.user_id = $1 \
         UNION SELECT y.role_id FROM access_roles y JOIN accesses a ON a.id = y.access_id WHERE a.user_id = $1)",
    ),
    ("accesses", "user_id = $1"),
    ("access_roles", "access_id IN (SELECT a.id FROM accesses a WHERE a.user_id = $1)"),
    ("notices", "change_id IN (SELECT c.id FROM changes c WHERE c.user_id = $1 OR c.subject_id = $1)"),
];

/// Rows of a mandate, by its id, `$1`.
const OF_MANDATE: [(&str, &str); 19] = [
    ("mandates", "id = $1"),
    ("home_grants", "mandate_id = $1"),
    ("memberships", "mandate_id = $1"),
    ("membership_roles", "membership_id IN (SELECT u.id FROM memberships u WHERE u.mandate_id = $1)"),
    ("roles", "mandate_id = $1 OR instance_id IN (SELECT i.id FROM instances i WHERE i.mandate_id = $1)"),
    ("subscriptions", "mandate_id = $1"),
    ("checks", "subscription_id IN (SELECT s.id FROM subscriptions s WHERE s.mandate_id = $1)"),
    ("instances", "mandate_id = $1"),
    ("accesses", "instance_id IN (SELECT i.id FROM instances i WHERE i.mandate_id = $1)"),
    (
        "access_roles",
        "access_id IN (SELECT a.id FROM accesses a JOIN instances i ON i.id = a.instance_id WHERE i.mandate_id = $1)",
    ),
    ("ended_instances", "mandate_id = $1"),
    ("changes", "mandate_id = $1"),
    ("operations", "mandate_id = $1"),
    ("quotes", "mandate_id = $1"),
    ("notices", "mandate_id = $1"),
    ("decisions", "mandate_id = $1"),
    ("events", "mandate_id = $1"),
    ("event_deliveries", "mandate_id = $1"),
    ("audit", "mandate_id = $1 OR subject = $1"),
];

/// What nobody outside of the database has any use for.
const INTERNAL: [&str; 4] = ["seq", "lock_version", "lease_until", "leased_by"];

/// All rows about a person.
///
/// # Errors
/// Those of the driver.
pub(super) async fn of_person(
    on: &mut AnyConnection,
    person: &Person,
    pseudonym: Option<&str>,
) -> Result<Vec<(String, Rows)>, sqlx::Error> {
    let mut found = Found::default();
    for (table, condition) in BY_ID {
        found.take(on, table, by(&person.user_id, condition), |_| true).await?;
    }
    for place in &PLACES {
        let search = search(place, person);
        found.take(on, place.table, search, |row| names(place, row, person)).await?;
    }
    found.take(on, "audit", audit::search(person), |row| audit::names(row, person)).await?;
    if let Some(pseudonym) = pseudonym {
        found.take(on, "decisions", by(pseudonym, "who = $1"), |_| true).await?;
    }
    let mut keys = by(&person.user_id, "user_id = $1").rows(on, "pseudonym_keys", "user_id").await?;
    for row in &mut keys {
        row.remove("key");
    }
    let mut tables = found.finish();
    // Who else had access is no business of the person's.
    let remembered = tables.iter_mut().filter(|(table, _)| table == "ended_instances").flat_map(|(_, rows)| rows);
    for accesses in remembered.filter_map(|row| row.get_mut("accesses")?.as_array_mut()) {
        accesses.retain(|access| access.get("userId").and_then(Value::as_str) == Some(person.user_id.as_str()));
    }
    if !keys.is_empty() {
        tables.push(("pseudonym_keys".to_owned(), keys));
    }
    let audited = by(&person.user_id, "user_id = $1").rows(on, "audit_people", "entry").await?;
    if !audited.is_empty() {
        tables.push(("audit_people".to_owned(), audited));
    }
    Ok(tables)
}

/// All rows about a mandate.
///
/// # Errors
/// Those of the driver.
pub(super) async fn of_mandate(on: &mut AnyConnection, mandate_id: &str) -> Result<Vec<(String, Rows)>, sqlx::Error> {
    let mut found = Found::default();
    for (table, condition) in OF_MANDATE {
        found.take(on, table, by(mandate_id, condition), |_| true).await?;
    }
    Ok(found.finish())
}

/// The rows of a place that may name a person.
pub(super) fn search(place: &Place, person: &Person) -> Search {
    // The user first: it is `$1` of what the place is looked at within.
    let mut search = Search::default();
    let id = search.value(&person.user_id);
    let texts: Vec<&String> = std::iter::once(&person.user_id).chain(&person.words).collect();
    let Place { column, .. } = place;
    let holds = match place.holds {
        Holds::Id => format!("{column} = {id}"),
        Holds::JsonId | Holds::Accesses => like_any(&mut search, column, &[&person.user_id], true),
        Holds::Words => like_any(&mut search, column, &texts, false),
        Holds::JsonWords => like_any(&mut search, column, &texts, true),
    };
    search.condition = match place.within {
        Some(within) => format!("{holds} AND ({within})"),
        // PostgreSQL asks for the use of every value.
        None => format!("{holds} AND {id} = {id}"),
    };
    search
}

fn by(value: &str, condition: &str) -> Search {
    let mut search = Search::default();
    search.value(value);
    search.condition = condition.to_owned();
    search
}

/// Whether a row names a person, and not only somebody whose name is longer.
fn names(place: &Place, row: &Map<String, Value>, person: &Person) -> bool {
    let text = match row.get(place.column) {
        Some(Value::String(text)) => text.clone(),
        Some(value @ (Value::Array(_) | Value::Object(_))) => value.to_string(),
        _ => return false,
    };
    rewritten(place.holds, &text, person, "").is_some()
}

/// Rows of a table by their number.
type InOrder = BTreeMap<i64, Map<String, Value>>;

/// Rows by table, each once, in their order.
#[derive(Default)]
struct Found {
    tables: Vec<(&'static str, InOrder)>,
}

impl Found {
    async fn take(
        &mut self,
        on: &mut AnyConnection,
        table: &'static str,
        search: Search,
        is_meant: impl Fn(&Map<String, Value>) -> bool,
    ) -> Result<(), sqlx::Error> {
        let rows = search.rows(on, table, "seq").await?;
        let rows = rows.into_iter().filter(is_meant);
        let rows = rows.filter_map(|row| Some((row.get("seq")?.as_i64()?, row)));
        match self.tables.iter_mut().find(|(known, _)| *known == table) {
            Some((_, known)) => known.extend(rows),
            None => self.tables.push((table, rows.collect())),
        }
        Ok(())
    }

    fn finish(self) -> Vec<(String, Rows)> {
        let tables = self.tables.into_iter().filter(|(_, rows)| !rows.is_empty());
        let told = |mut row: Map<String, Value>| {
            row.retain(|name, _| !INTERNAL.contains(&name.as_str()));
            row
        };
        tables.map(|(table, rows)| (table.to_owned(), rows.into_values().map(told).collect())).collect()
    }
}
