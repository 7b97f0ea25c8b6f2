//! The one place where the audit trail is touched: whoever was erased is named there no more. What was done, when, by which
//! operator or service and why stays.

use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::{
    find::{Search, like_any},
    replace::longest_first,
    words::{change_texts, without},
};
use crate::ports::store::erasure::Person;

/// Entries of these kinds have ids that the embedding product made, often of the user's id or name.
const MADE_OF_IDS: [&str; 2] = ["membership", "access"];

/// An entry as it would be without the person; `None` when it does not name them.
pub(super) fn forgotten(
    (action, subject, reason, detail): (&str, &str, &str, &str),
    person: &Person,
    tombstone: &str,
) -> Option<[String; 3]> {
    let all = longest_first(person);
    let is_made_of_ids = MADE_OF_IDS.iter().any(|kind| action.ends_with(kind));
    let named = if subject == person.user_id {
        Some(tombstone.to_owned())
    } else {
        without(subject, &all, tombstone).filter(|_| is_made_of_ids)
    };
    let why = without(reason, &all, tombstone);
    let mut more: Value = serde_json::from_str(detail).unwrap_or(Value::Null);
    let is_changed = change_texts(&mut more, &|text| without(text, &all, tombstone));
    if named.is_none() && why.is_none() && !is_changed {
        return None;
    }
    Some([
        named.unwrap_or_else(|| subject.to_owned()),
        why.unwrap_or_else(|| reason.to_owned()),
        if is_changed { more.to_string() } else { detail.to_owned() },
    ])
}

/// Which entries may name a person.
pub(super) fn search(person: &Person) -> Search {
    let mut search = Search::default();
    let all: Vec<&String> = std::iter::once(&person.user_id).chain(&person.words).collect();
    let mut any = vec![like_any(&mut search, "subject", &all, false)];
    any.push(like_any(&mut search, "reason", &all, false));
    any.push(like_any(&mut search, "detail", &all, true));
    search.condition = any.join(" OR ");
    search
}

/// Takes a person out of the audit trail; how many entries named them.
///
/// # Errors
/// Those of the driver.
pub(super) async fn forget_in_audit(
    on: &mut AnyConnection,
    person: &Person,
    tombstone: &str,
) -> Result<u64, sqlx::Error> {
    let search = search(person);
    let sql = format!("SELECT seq, action, subject, reason, detail FROM audit WHERE {} ORDER BY seq", search.condition);
    let mut entries = 0;
    for row in search.bound(sql).fetch_all(&mut *on).await? {
        let texts: [String; 4] = [row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?];
        let [action, subject, reason, detail] = &texts;
        let Some([subject, reason, detail]) = forgotten((action, subject, reason, detail), person, tombstone) else {
            continue;
        };
        let update = "UPDATE audit SET subject = $1, reason = $2, detail = $3 WHERE seq = $4";
        let seq: i64 = row.try_get(0)?;
        let query = sqlx::query(AssertSqlSafe(update)).bind(subject).bind(reason).bind(detail).bind(seq);
        query.execute(&mut *on).await?;
        entries += 1;
    }
    Ok(entries)
}
