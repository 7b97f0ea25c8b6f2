//! The layer of the TOML file: one table per concern, unknown keys are errors.

use std::path::Path;

use super::{
    ConfigError, Setting,
    error::nearest,
    layers::{Given, Origin},
    settings,
};

/// Reads the file.
///
/// # Errors
/// Unreadable, no TOML, an unknown key, or a value that is no text, number, switch or list of texts.
pub(super) fn read(path: &Path) -> Result<Vec<(&'static Setting, Given)>, ConfigError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| ConfigError::NotToml {
        path: path.to_owned(),
        line: error.span().map_or(1, |span| line_of(&text, span.start)),
        // Without the excerpt of the file that the whole error shows: it may hold a secret.
        message: error.message().to_owned(),
    })?;
    let mut found = Vec::new();
    for (section, entries) in &table {
        let toml::Value::Table(entries) = entries else { return Err(unknown(path, section)) };
        if entries.is_empty() && !settings().any(|setting| setting.key.split('.').next() == Some(section)) {
            return Err(unknown(path, section));
        }
        for (name, value) in entries {
            let key = format!("{section}.{name}");
            let Some(setting) = settings().find(|setting| setting.key == key) else { return Err(unknown(path, &key)) };
            let origin = Origin::File(path.to_owned());
            let Some(text) = as_text(value) else {
                return Err(ConfigError::Invalid {
                    name: origin.name(setting),
                    found: format!("is a TOML {}", value.type_str()),
                    expected: "a string, a number, true, false or a list of strings without commas".to_owned(),
                });
            };
            found.push((setting, Given { text, origin }));
        }
    }
    Ok(found)
}

/// The same text that the variable would have.
fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(on) => Some(if *on { "on" } else { "off" }.to_owned()),
        toml::Value::Array(items) => {
            let items: Option<Vec<&str>> =
                items.iter().map(|item| item.as_str().filter(|item| !item.contains(','))).collect();
            Some(items?.join(","))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

fn unknown(path: &Path, key: &str) -> ConfigError {
    let suggestion = nearest(key, settings().map(|setting| setting.key));
    ConfigError::Unknown {
        name: format!("`{key}` in `{}`", path.display()),
        suggestion: suggestion.map(ToOwned::to_owned),
    }
}

fn line_of(text: &str, position: usize) -> usize {
    text.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1
}
