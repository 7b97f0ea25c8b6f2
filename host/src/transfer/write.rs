//! From a document to text: sections and fields in a fixed order, so that two exports can be compared line by line.

use super::{Document, TransferError};

/// Writes a document as indented JSON with a newline at its end. What was read is written so that reading it again
/// gives an equal document; `stripe` is left out, and `resources` when there is no such section.
///
/// # Errors
/// [`TransferError::Unwritable`] when an instant is outside of the years that ISO 8601 texts can name.
pub fn write(document: &Document) -> Result<String, TransferError> {
    let mut text = serde_json::to_string_pretty(document)
        .map_err(|error| TransferError::Unwritable { cause: error.to_string() })?;
    text.push('\n');
    Ok(text)
}
