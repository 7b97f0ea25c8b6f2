//! `turnpike openapi`: prints the OpenAPI document of the HTTP API, generated from the code.

use super::{CommandError, print};

/// Prints the document.
///
/// # Errors
/// When standard output takes no more.
pub(super) fn run() -> Result<(), CommandError> {
    print(&serde_json::to_string_pretty(&crate::http::document())?)
}
