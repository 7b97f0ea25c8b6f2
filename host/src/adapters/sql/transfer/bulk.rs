//! Many rows in few statements: inserts that update what is there, and look-ups of many values.

use std::collections::HashSet;

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::adapters::sql::session::{Query, tuples};

/// Rows or values per statement: few enough for the 32,766 parameters that SQLite allows.
const CHUNK: usize = 500;

/// Where rows go, and what happens to those that are there already.
pub(super) struct Target {
    /// The table.
    pub(super) table: &'static str,
    /// The columns that are written, in the order of a row's cells.
    pub(super) columns: &'static [&'static str],
    /// The column or columns that tell that a row is there already.
    pub(super) key: &'static str,
    /// The columns that are updated then; none = such a row stays as it is.
    pub(super) updates: &'static [&'static str],
}

/// One value of a row.
pub(super) enum Cell<'a> {
    /// A text of the document.
    Text(Option<&'a str>),
    /// A text made for the database.
    Made(String),
    /// A number, an instant, or 0 and 1 for no and yes.
    Number(Option<i64>),
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<&'a Option<String>> for Cell<'a> {
    fn from(text: &'a Option<String>) -> Self {
        Self::Text(text.as_deref())
    }
}

impl From<bool> for Cell<'_> {
    fn from(yes: bool) -> Self {
        Self::Number(Some(yes.into()))
    }
}

impl From<Option<i64>> for Cell<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

/// Inserts rows in their order, so that `seq` follows it. Rows that are there already are updated and keep their place,
/// or move to the end with the others when `reordered`.
pub(super) async fn upsert(
    connection: &mut AnyConnection,
    target: &Target,
    rows: &[Vec<Cell<'_>>],
    reordered: bool,
) -> Result<(), sqlx::Error> {
    for chunk in rows.chunks(CHUNK) {
        let sql = format!(
            "INSERT INTO {} ({}) VALUES {} ON CONFLICT ({}) {}",
            target.table,
            target.columns.join(", "),
            tuples(chunk.len(), target.columns.len()),
            target.key,
            on_conflict(target, reordered),
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for cell in chunk.iter().flatten() {
            query = match cell {
                Cell::Text(text) => query.bind(text.map(str::to_owned)),
                Cell::Made(text) => query.bind(text.clone()),
                Cell::Number(number) => query.bind(*number),
            };
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Those of the values that a column holds.
pub(super) async fn present(
    connection: &mut AnyConnection,
    table: &'static str,
    column: &str,
    values: &[&str],
) -> Result<HashSet<String>, sqlx::Error> {
    let mut found = HashSet::new();
    if is_empty(connection, table).await? {
        return Ok(found);
    }
    for chunk in values.chunks(CHUNK) {
        let sql = format!("SELECT {column} FROM {table} WHERE {column} IN (VALUES {})", tuples(chunk.len(), 1));
        for row in bound(sql, chunk.iter().copied()).fetch_all(&mut *connection).await? {
            found.insert(row.try_get(0)?);
        }
    }
    Ok(found)
}

/// The owners of tuples: for each that the columns hold, the tuple's values and the id beside them.
pub(super) async fn owners<const N: usize>(
    connection: &mut AnyConnection,
    table: &'static str,
    (id, columns): (&str, [&str; N]),
    tuples_wanted: &[[&str; N]],
) -> Result<Vec<([String; N], String)>, sqlx::Error> {
    let mut found = Vec::new();
    if is_empty(connection, table).await? {
        return Ok(found);
    }
    for chunk in tuples_wanted.chunks(CHUNK) {
        let list = columns.join(", ");
        let sql = format!("SELECT {id}, {list} FROM {table} WHERE ({list}) IN (VALUES {})", tuples(chunk.len(), N));
        for row in bound(sql, chunk.iter().flatten().copied()).fetch_all(&mut *connection).await? {
            let mut values = [const { String::new() }; N];
            for (index, value) in values.iter_mut().enumerate() {
                *value = row.try_get(index + 1)?;
            }
            found.push((values, row.try_get(0)?));
        }
    }
    Ok(found)
}

/// Deletes the rows that have one of the values. `condition` ends with the column that holds them.
pub(super) async fn delete(
    connection: &mut AnyConnection,
    table: &'static str,
    condition: &'static str,
    values: &[&str],
) -> Result<(), sqlx::Error> {
    if is_empty(connection, table).await? {
        return Ok(());
    }
    for chunk in values.chunks(CHUNK) {
        let sql = format!("DELETE FROM {table} WHERE {condition} IN (VALUES {})", tuples(chunk.len(), 1));
        bound(sql, chunk.iter().copied()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Whether a table holds nothing, so that a first import asks no further.
async fn is_empty(connection: &mut AnyConnection, table: &'static str) -> Result<bool, sqlx::Error> {
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT 1) AS any_row");
    Ok(sqlx::query(AssertSqlSafe(sql)).fetch_one(connection).await?.try_get::<i64, _>(0)? == 0)
}

/// A statement made of names of ours and numbered parameters only; every value is bound.
fn bound<'a>(sql: String, values: impl Iterator<Item = &'a str>) -> Query {
    values.fold(sqlx::query(AssertSqlSafe(sql)), |query, value| query.bind(value.to_owned()))
}

fn on_conflict(target: &Target, reordered: bool) -> String {
    let moved = reordered.then_some("seq");
    let updates: Vec<String> =
        target.updates.iter().copied().chain(moved).map(|column| format!("{column} = excluded.{column}")).collect();
    if updates.is_empty() { "DO NOTHING".to_owned() } else { format!("DO UPDATE SET {}", updates.join(", ")) }
}
