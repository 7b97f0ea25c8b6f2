//! The layer of the environment: which `TURNPIKE_*` variables count, and which are an error.

use std::{ffi::OsString, path::PathBuf};

use super::{
    ConfigError, Setting,
    error::nearest,
    layers::{Given, Origin},
    settings,
};
use crate::fail_point::{self, Armed};

/// Prefix of every variable.
const PREFIX: &str = "TURNPIKE_";

/// Names the TOML file.
const CONFIG: &str = "TURNPIKE_CONFIG";

/// Read by the build (see build.rs), of no meaning to a running service.
const BUILD: &[&str] = &["TURNPIKE_ICONS_FOLDER", "TURNPIKE_PAGE_FOLDER", "TURNPIKE_POLICY_WASM"];

/// What the environment says.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// The TOML file.
    pub(super) file: Option<PathBuf>,
    /// The settings.
    pub(super) given: Vec<(&'static Setting, Given)>,
}

/// Reads the environment.
///
/// # Errors
/// An unknown variable, or one that is no text.
pub(super) fn read(variables: &[(OsString, OsString)]) -> Result<Variables, ConfigError> {
    let mut found = Variables::default();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        if BUILD.contains(&name) || from_kubernetes(name) {
            continue;
        }
        if name == CONFIG {
            found.file = Some(PathBuf::from(value)).filter(|path| !path.as_os_str().is_empty());
            continue;
        }
        if cfg!(debug_assertions) && name == fail_point::VARIABLE {
            check_fail_point(value)?;
            continue;
        }
        let Some(setting) = settings().find(|setting| setting.variable == name) else {
            return Err(unknown(name));
        };
        let Some(text) = value.to_str() else {
            return Err(ConfigError::Invalid {
                name: format!("`{name}`"),
                found: "is not UTF-8".to_owned(),
                expected: "text".to_owned(),
            });
        };
        if !text.trim().is_empty() {
            found.given.push((setting, Given { text: text.to_owned(), origin: Origin::Variable }));
        }
    }
    Ok(found)
}

/// Kubernetes sets these for every service of a namespace; one named `turnpike…` would meet our prefix.
fn from_kubernetes(name: &str) -> bool {
    let name = name.strip_prefix("TURNPIKE").unwrap_or(name);
    name.ends_with("_SERVICE_HOST") || name.ends_with("_PORT") || name.contains("_PORT_")
}

/// A test that asks for a point that is none would prove nothing.
fn check_fail_point(value: &OsString) -> Result<(), ConfigError> {
    match value.to_str().and_then(Armed::parse) {
        Some(_) => Ok(()),
        None => Err(ConfigError::Invalid {
            name: format!("`{}`", fail_point::VARIABLE),
            found: format!("is `{}`", value.to_string_lossy()),
            expected: "the name of a fail point, with `:abort` behind it or without".to_owned(),
        }),
    }
}

fn unknown(name: &str) -> ConfigError {
    let bare = name.strip_prefix(PREFIX).unwrap_or(name);
    let known = settings().map(|setting| setting.variable).chain([CONFIG]);
    let suggestion = nearest(bare, known.filter_map(|variable| variable.strip_prefix(PREFIX)));
    ConfigError::Unknown { name: format!("`{name}`"), suggestion: suggestion.map(|bare| format!("{PREFIX}{bare}")) }
}
