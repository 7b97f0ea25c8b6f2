//! Searches for rows: conditions with their values, and rows with all their columns as JSON.

use serde_json::{Map, Value};
use sqlx::{Any, AnyConnection, AssertSqlSafe, Column as _, Row as _, any::AnyRow, query::Query};

/// Columns that hold JSON.
const JSON: [&str; 16] = [
    "accesses",
    "after_state",
    "answer",
    "before_state",
    "body_paragraphs",
    "data",
    "description",
    "detail",
    "facts",
    "findings",
    "label",
    "offer",
    "people",
    "kinds",
    "reasons",
    "template_roles",
];

/// A condition and the values of its placeholders, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    pub(super) condition: String,
    values: Vec<String>,
}

impl Search {
    /// A further value: its placeholder.
    pub(super) fn value(&mut self, value: impl Into<String>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// A statement with the values.
    pub(super) fn bound(&self, sql: String) -> Query<'static, Any, sqlx::any::AnyArguments> {
        self.values.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, value| query.bind(value.clone()))
    }

    /// The rows of a table that it finds, in their order, with all columns.
    ///
    /// # Errors
    /// Those of the driver.
    pub(super) async fn rows(
        &self,
        on: &mut AnyConnection,
        table: &str,
        order: &str,
    ) -> Result<Vec<Map<String, Value>>, sqlx::Error> {
        let sql = format!("SELECT * FROM {table} WHERE {} ORDER BY {order}", self.condition);
        self.bound(sql).fetch_all(on).await?.iter().map(object).collect()
    }
}

/// That a column holds one of the texts, in any case, maybe as part of a longer word. In JSON a text is written otherwise.
pub(super) fn like_any<T: AsRef<str>>(search: &mut Search, column: &str, texts: &[T], in_json: bool) -> String {
    let mut any: Vec<String> = Vec::new();
    for text in texts.iter().map(|text| text.as_ref()).filter(|text| !text.is_empty()) {
        let written = Value::from(text).to_string();
        let inside = written.strip_prefix('"').and_then(|written| written.strip_suffix('"'));
        let written = inside.filter(|_| in_json).unwrap_or(text);
        let pattern: String = written
            .chars()
            .flat_map(|letter| {
                let escape = matches!(letter, '%' | '_' | '!').then_some('!');
                escape.into_iter().chain([letter])
            })
            .collect();
        let value = search.value(format!("%{pattern}%"));
        any.push(format!("lower({column}) LIKE lower({value}) ESCAPE '!'"));
    }
    if any.is_empty() { "1 = 0".to_owned() } else { format!("({})", any.join(" OR ")) }
}

/// A row as an object of its columns.
fn object(row: &AnyRow) -> Result<Map<String, Value>, sqlx::Error> {
    row.columns()
        .iter()
        .map(|column| {
            let place = column.ordinal();
            let value = match row.try_get::<Option<String>, _>(place) {
                Ok(text) => text.map_or(Value::Null, |text| told(column.name(), text)),
                Err(_) => row.try_get::<Option<i64>, _>(place)?.map_or(Value::Null, Value::from),
            };
            Ok((column.name().to_owned(), value))
        })
        .collect()
}

/// JSON as what it says.
fn told(column: &str, text: String) -> Value {
    if JSON.contains(&column) && text.starts_with(['{', '[']) {
        return serde_json::from_str(&text).unwrap_or(Value::String(text));
    }
    Value::String(text)
}
