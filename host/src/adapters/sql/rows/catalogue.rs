//! An entry of the catalogue as it is read.

use serde::Deserialize;

use crate::{
    adapters::sql::session::{Row, decode},
    ports::store::{StoreError, snapshot::FeatureRecord},
};

/// The JSON text of `features f` with the category in force: where there are raw catalogue objects, what they say of
/// the feature (`store` if any of them does), and `hidden` when they do not name it.
macro_rules! feature_json {
    () => {
        "CAST(json_object('code', f.code, 'label', f.label, 'description', f.description, 'icon', f.icon, \
         'template_roles', f.template_roles, 'category', CASE WHEN EXISTS (SELECT 1 FROM resources) \
         THEN coalesce((SELECT r.category FROM resources r WHERE r.feature_code = f.code \
         ORDER BY CASE WHEN r.category = 'store' THEN 0 ELSE 1 END, r.seq LIMIT 1), 'hidden') \
         ELSE f.category END) AS TEXT)"
    };
}
pub(in crate::adapters::sql) use feature_json;

#[derive(Deserialize)]
struct FeatureRow {
    code: String,
    label: String,
    description: String,
    icon: Option<String>,
    template_roles: String,
    category: String,
}

/// Reads a row that was made with [`feature_json`].
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn feature(row: &Row) -> Result<FeatureRecord, StoreError> {
    let row: FeatureRow = row.decode()?;
    Ok(FeatureRecord {
        code: row.code,
        label: decode("feature label", &row.label)?,
        description: decode("feature description", &row.description)?,
        icon: row.icon,
        category: row.category,
        template_roles: decode("feature roles", &row.template_roles)?,
    })
}
