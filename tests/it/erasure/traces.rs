//! Every text column of every table, as the database itself names them.

use super::TRACES;
use crate::engines::TestDatabase;

/// Columns that hold texts, as `table.column`.
pub(super) async fn text_columns(database: &TestDatabase) -> Vec<String> {
    let sql = if database.is_postgres() {
        "SELECT CAST(c.table_name || '.' || c.column_name AS TEXT) FROM information_schema.columns c \
         WHERE c.table_schema = 'public' AND c.data_type IN ('text', 'character varying', 'json', 'jsonb')"
    } else {
        "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
         WHERE m.type = 'table' AND upper(p.type) = 'TEXT'"
    };
    let columns = database.lines(sql).await;
    assert!(columns.len() > 100 && columns.iter().any(|column| column == "changes.user_id"), "{columns:?}");
    columns
}

/// Tables with a column of this name.
pub(super) async fn tables_with(database: &TestDatabase, column: &str) -> Vec<String> {
    let columns = text_columns(database).await;
    columns.iter().filter_map(|known| known.strip_suffix(&format!(".{column}"))).map(str::to_owned).collect()
}

/// Where one of the words stands, in any case: `table.column`, and in how many rows.
pub(super) async fn found(database: &TestDatabase, words: &[&str]) -> Vec<(String, i64)> {
    let mut found = Vec::new();
    for place in text_columns(database).await {
        let (table, column) = place.split_once('.').expect("a table and a column");
        let any: Vec<String> = words.iter().map(|word| format!("lower({column}) LIKE '%{word}%'")).collect();
        let rows = database.number(&format!("SELECT count(*) FROM {table} WHERE {}", any.join(" OR "))).await;
        if rows > 0 {
            found.push((place, rows));
        }
    }
    found
}

/// The person is named nowhere.
pub(super) async fn nowhere(database: &TestDatabase) {
    let left = found(database, &TRACES).await;
    assert!(left.is_empty(), "{left:?}");
}
