//! Takes a person, or whoever was in a mandate, out of the rows that stay, in the caller's transaction.

use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::{
    places::{Holds, PLACES, Place, SWEPT_FIRST, SWEPT_LAST, Sweep},
    records::search,
    words::{change_texts, without},
};
use crate::{
    adapters::sql::dialect::Dialect,
    ports::store::erasure::{Erased, HowErased, Person},
};

/// Members of an event's data that are ids of users.
const USERS: [&str; 2] = ["userId", "byUserId"];

/// What goes of a mandate that is gone, and who stands where a row stays. $1 mandate.
const MANDATE_SWEPT: [Sweep; 5] = [
    Sweep {
        place: "notices",
        how: HowErased::Removed,
        sql: "DELETE FROM notices WHERE mandate_id = $1 AND lease_until <= now_ms()",
    },
    Sweep {
        place: "quotes",
        how: HowErased::Removed,
        sql: "DELETE FROM quotes WHERE mandate_id = $1 AND used_by IS NULL",
    },
    Sweep {
        place: "ended_instances",
        how: HowErased::Removed,
        sql: "DELETE FROM ended_instances WHERE mandate_id = $1",
    },
    Sweep {
        place: "changes.key",
        how: HowErased::Emptied,
        sql: "UPDATE changes SET key_path = NULL, key = NULL, key_fingerprint = NULL WHERE mandate_id = $1 \
              AND key IS NOT NULL",
    },
    Sweep {
        place: "decisions.who",
        how: HowErased::Emptied,
        sql: "UPDATE decisions SET who = NULL WHERE mandate_id = $1 AND who IS NOT NULL",
    },
];

/// Columns of rows that stay of a mandate and name somebody.
const MANDATE_NAMED: [(&str, &str); 3] = [("changes", "user_id"), ("changes", "subject_id"), ("quotes", "user_id")];

/// A value as it is without a person; `None` when it does not name them.
pub(super) fn rewritten(holds: Holds, text: &str, person: &Person, tombstone: &str) -> Option<String> {
    let id = &person.user_id;
    match holds {
        Holds::Id => (text == id).then(|| tombstone.to_owned()),
        Holds::Words => without(text, &longest_first(person), tombstone),
        Holds::JsonId => in_json(text, &|text| (text == id).then(|| tombstone.to_owned())),
        Holds::JsonWords => {
            let all = longest_first(person);
            in_json(text, &|text| without(text, &all, tombstone))
        }
        Holds::Accesses => {
            let mut accesses: Vec<Value> = serde_json::from_str(text).ok()?;
            let before = accesses.len();
            accesses.retain(|access| access.get("userId").and_then(Value::as_str) != Some(id.as_str()));
            (accesses.len() < before).then(|| Value::Array(accesses).to_string())
        }
    }
}

/// All that stands for a person, the longest first: a mail address may have the name in it.
pub(super) fn longest_first(person: &Person) -> Vec<String> {
    let mut all: Vec<String> = person.words.iter().chain([&person.user_id]).cloned().collect();
    all.sort_by_key(|word| std::cmp::Reverse(word.len()));
    all
}

fn in_json(text: &str, change: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    change_texts(&mut value, change).then(|| value.to_string())
}

/// Takes a person out of everything, and the person's row away.
///
/// # Errors
/// Those of the driver.
pub(super) async fn person_out(
    on: &mut AnyConnection,
    dialect: Dialect,
    person: &Person,
    tombstone: &str,
) -> Result<Vec<Erased>, sqlx::Error> {
    let mut erased = Vec::new();
    // Mails are found by the changes that they tell of, so these are renamed after them.
    sweep(on, dialect, &SWEPT_FIRST, &person.user_id, &mut erased).await?;
    for place in PLACES.iter().filter(|place| !place.is_swept()) {
        let rows = rewrite(on, dialect, place, person, tombstone).await?;
        let how = if place.holds == Holds::Accesses { HowErased::Emptied } else { HowErased::Renamed };
        tell(&mut erased, format!("{}.{}", place.table, place.column), how, rows);
    }
    sweep(on, dialect, &SWEPT_LAST, &person.user_id, &mut erased).await?;
    Ok(erased)
}

async fn rewrite(
    on: &mut AnyConnection,
    dialect: Dialect,
    place: &Place,
    person: &Person,
    tombstone: &str,
) -> Result<u64, sqlx::Error> {
    let Place { table, column, holds, .. } = *place;
    if holds == Holds::Id {
        return rename(on, table, column, &person.user_id, tombstone).await;
    }
    let search = search(place, person);
    let sql = format!("SELECT seq, {column} FROM {table} WHERE {} ORDER BY seq FOR UPDATE", search.condition);
    let rows = search.bound(dialect.translate(&sql)).fetch_all(&mut *on).await?;
    let mut changed = 0;
    for row in rows {
        let (seq, text): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        let Some(text) = rewritten(holds, &text, person, tombstone) else { continue };
        write(on, table, column, seq, text).await?;
        changed += 1;
    }
    Ok(changed)
}

async fn rename(on: &mut AnyConnection, table: &str, column: &str, from: &str, to: &str) -> Result<u64, sqlx::Error> {
    let sql = format!("UPDATE {table} SET {column} = $2 WHERE {column} = $1");
    let query = sqlx::query(AssertSqlSafe(sql)).bind(from.to_owned()).bind(to.to_owned());
    Ok(query.execute(on).await?.rows_affected())
}

async fn write(on: &mut AnyConnection, table: &str, column: &str, seq: i64, text: String) -> Result<(), sqlx::Error> {
    let sql = format!("UPDATE {table} SET {column} = $1 WHERE seq = $2");
    sqlx::query(AssertSqlSafe(sql)).bind(text).bind(seq).execute(on).await.map(|_| ())
}

async fn sweep(
    on: &mut AnyConnection,
    dialect: Dialect,
    sweeps: &[Sweep],
    id: &str,
    erased: &mut Vec<Erased>,
) -> Result<(), sqlx::Error> {
    for Sweep { place, how, sql } in sweeps {
        let query = sqlx::query(AssertSqlSafe(dialect.translate(sql))).bind(id.to_owned());
        let rows = query.execute(&mut *on).await?.rows_affected();
        tell(erased, (*place).to_owned(), *how, rows);
    }
    Ok(())
}

/// Takes whoever was in a mandate out of what stays of it. `None`: a mail of it is being sent.
///
/// # Errors
/// Those of the driver.
pub(super) async fn mandate_out(
    on: &mut AnyConnection,
    dialect: Dialect,
    mandate_id: &str,
    tombstone: &str,
) -> Result<Option<Vec<Erased>>, sqlx::Error> {
    let mut erased = Vec::new();
    sweep(on, dialect, &MANDATE_SWEPT, mandate_id, &mut erased).await?;
    let mails = sqlx::query("SELECT count(*) FROM notices WHERE mandate_id = $1").bind(mandate_id.to_owned());
    let mails: i64 = mails.fetch_one(&mut *on).await?.try_get(0)?;
    if mails > 0 {
        return Ok(None);
    }
    for (table, column) in MANDATE_NAMED {
        let sql = format!("UPDATE {table} SET {column} = $2 WHERE mandate_id = $1 AND {column} IS NOT NULL");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(mandate_id.to_owned()).bind(tombstone.to_owned());
        let rows = query.execute(&mut *on).await?.rows_affected();
        tell(&mut erased, format!("{table}.{column}"), HowErased::Renamed, rows);
    }
    let events = dialect.translate("SELECT seq, data FROM events WHERE mandate_id = $1 ORDER BY seq FOR UPDATE");
    let mut changed = 0;
    let rows = sqlx::query(AssertSqlSafe(events)).bind(mandate_id.to_owned()).fetch_all(&mut *on).await?;
    for row in rows {
        let (seq, text): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        let Some(text) = without_users(&text, tombstone) else { continue };
        write(on, "events", "data", seq, text).await?;
        changed += 1;
    }
    tell(&mut erased, "events.data".to_owned(), HowErased::Renamed, changed);
    Ok(Some(erased))
}

/// An event's data with the tombstone for every user.
fn without_users(text: &str, tombstone: &str) -> Option<String> {
    let mut data: Value = serde_json::from_str(text).ok()?;
    let mut is_changed = false;
    for name in USERS {
        if let Some(user) = data.get_mut(name).filter(|user| user.is_string()) {
            *user = Value::from(tombstone);
            is_changed = true;
        }
    }
    is_changed.then(|| data.to_string())
}

pub(super) fn tell(erased: &mut Vec<Erased>, place: String, how: HowErased, rows: u64) {
    if rows > 0 {
        erased.push(Erased { place, how, rows });
    }
}
