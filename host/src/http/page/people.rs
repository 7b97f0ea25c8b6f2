//! The people of a demo: whom a visitor may sign in as, from a file.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody to sign in as.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// As the token says.
    username: String,
    /// What they are, such as `admin of m-alpenblick`.
    part: String,
    /// A bearer token.
    token: String,
}

/// Why the file of people is not accepted. What is in it is not told: it holds tokens.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// It cannot be read.
    #[error("cannot read the people of the page in `{path}`: {source}")]
    Unreadable {
        /// Which file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// It says something else.
    #[error("`{path}` must be a JSON list of people, each with `username`, `part` and `token`: line {line}")]
    NotPeople {
        /// Which file.
        path: String,
        /// Where, counted from 1.
        line: usize,
    },
}

/// Reads the file.
///
/// # Errors
/// [`PeopleError`].
pub(super) fn read(path: &Path) -> Result<Vec<Person>, PeopleError> {
    let shown = || path.display().to_string();
    let text = fs::read(path).map_err(|source| PeopleError::Unreadable { path: shown(), source })?;
    serde_json::from_slice(&text).map_err(|error| PeopleError::NotPeople { path: shown(), line: error.line() })
}
