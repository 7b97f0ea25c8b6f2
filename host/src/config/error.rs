//! What can be wrong with a configuration, told as a sentence that names the setting and what would be right.

use std::{io, path::PathBuf};

/// Why the configuration is not accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file `{}`: {source}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is no TOML.
    #[error("the configuration file `{}` is not valid TOML: line {line}: {message}", path.display())]
    NotToml {
        /// Which file.
        path: PathBuf,
        /// Where, counted from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A variable or key that means nothing.
    #[error("{name} is not known{}", hint(suggestion.as_deref()))]
    Unknown {
        /// The name with its place.
        name: String,
        /// The nearest known name.
        suggestion: Option<String>,
    },
    /// A value of the wrong form.
    #[error("{name} {found}, it must be {expected}")]
    Invalid {
        /// The setting with its place.
        name: String,
        /// What it is: ``is `x` ``, or less for a secret.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// Something needed is not set.
    #[error("{what}: {right}")]
    Missing {
        /// Which variables are not set.
        what: String,
        /// What would be right.
        right: String,
    },
    /// Two settings do not go together.
    #[error("{what}: {right}")]
    Conflict {
        /// Which variables, and what is wrong with them.
        what: String,
        /// Why, or what would be right.
        right: String,
    },
}

fn hint(suggestion: Option<&str>) -> String {
    match suggestion {
        Some(name) => format!("; did you mean `{name}`?"),
        None => "; `turnpike serve --help` lists the settings".to_owned(),
    }
}

/// The known name nearest to an unknown one, if any is near.
pub(super) fn nearest(unknown: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let unknown = unknown.to_ascii_lowercase();
    known
        .map(|name| (name, strsim::jaro_winkler(&unknown, &name.to_ascii_lowercase())))
        .filter(|(_, likeness)| *likeness >= NEAR)
        .max_by(|left, right| left.1.total_cmp(&right.1))
        .map(|(name, _)| name)
}

/// Below this likeness (0 to 1) a suggestion would only confuse.
const NEAR: f64 = 0.7;
