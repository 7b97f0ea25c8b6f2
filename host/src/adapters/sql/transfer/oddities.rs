//! Finds what is worth a warning once a document is loaded, because only the database knows it.

use std::collections::HashSet;

use sqlx::{AnyConnection, Row};

use super::{bulk, references::entry};
use crate::transfer::{Document, Warning};

/// Looks for plans and features that nobody knows, and for prices in several currencies.
pub(super) async fn find(connection: &mut AnyConnection, document: &Document) -> Result<Vec<Warning>, sqlx::Error> {
    let mut warnings = Vec::new();
    let plans = document.subscriptions.iter().map(|row| ("subscriptions", row.id.as_str(), row.plan_key.as_str()));
    for (entry, plan_key, more) in unknown(connection, ("plans", "key"), plans.collect()).await? {
        warnings.push(Warning::UnknownPlan { entry, more, plan_key });
    }
    let resources = document.resources.iter().flatten();
    let resources =
        resources.filter_map(|row| Some(("resources", row.object_key.as_str(), row.meta.feature_code.as_deref()?)));
    let roles = document.roles.iter().filter_map(|row| Some(("roles", row.id.as_str(), row.feature_code.as_deref()?)));
    let instances = document.instances.iter().map(|row| ("instances", row.id.as_str(), row.feature_code.as_str()));
    let named = resources.chain(roles).chain(instances).collect();
    for (entry, feature_code, more) in unknown(connection, ("features", "code"), named).await? {
        warnings.push(Warning::UnknownFeature { entry, more, feature_code });
    }
    let currencies = currencies(connection).await?;
    if currencies.len() > 1 {
        warnings.push(Warning::Currencies { currencies });
    }
    Ok(warnings)
}

/// The values that the column does not hold, each with the first entry that names it and how many more do.
async fn unknown(
    connection: &mut AnyConnection,
    (table, column): (&'static str, &str),
    named: Vec<(&str, &str, &str)>,
) -> Result<Vec<(String, String, usize)>, sqlx::Error> {
    let values: HashSet<&str> = named.iter().map(|(_, _, value)| *value).collect();
    let values: Vec<&str> = values.into_iter().collect();
    let known = bulk::present(connection, table, column, &values).await?;
    let mut found: Vec<(String, String, usize)> = Vec::new();
    for (section, id, value) in named.into_iter().filter(|(_, _, value)| !known.contains(*value)) {
        match found.iter_mut().find(|(_, before, _)| before == value) {
            Some((_, _, more)) => *more += 1,
            None => found.push((entry(section, id), value.to_owned(), 0)),
        }
    }
    Ok(found)
}

/// The currencies of all plans that cost something.
async fn currencies(connection: &mut AnyConnection) -> Result<Vec<String>, sqlx::Error> {
    let rows = sqlx::query("SELECT DISTINCT currency FROM plans WHERE price_minor > 0 ORDER BY currency")
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}
