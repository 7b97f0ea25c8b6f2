//! `turnpike export`: writes the whole data set as one document.

use std::{io, io::Write as _, path::Path};

use crate::{
    ports::store::{StoreError, transfer::TransferStore},
    transfer::{self, TransferError},
};

/// Writes the data set into a file that only its owner can read (mode 0600). The file appears complete or not at all:
/// it is written beside its place and renamed.
///
/// # Errors
/// [`ExportError`]; a file that was there before is as it was then.
pub async fn run_export(store: &(impl TransferStore + ?Sized), file: &Path) -> Result<(), ExportError> {
    write_private(file, &export_text(store).await?)
}

/// Writes a text into a file that only its owner can read (mode 0600), which appears complete or not at all.
///
/// # Errors
/// [`ExportError::File`].
pub(super) fn write_private(file: &Path, text: &str) -> Result<(), ExportError> {
    let unwritten = |cause: io::Error| ExportError::File { file: file.display().to_string(), cause };
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut beside = tempfile::NamedTempFile::new_in(folder).map_err(unwritten)?;
    beside.write_all(text.as_bytes()).map_err(unwritten)?;
    beside.as_file().sync_all().map_err(unwritten)?;
    beside.persist(file).map_err(|error| unwritten(error.error))?;
    Ok(())
}

/// The data set as text, for standard output.
///
/// # Errors
/// [`ExportError::Store`] or [`ExportError::Document`].
pub async fn export_text(store: &(impl TransferStore + ?Sized)) -> Result<String, ExportError> {
    Ok(transfer::write(&store.dump().await?)?)
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The data cannot be written in the format.
    #[error(transparent)]
    Document(#[from] TransferError),
    /// The file cannot be written.
    #[error("`{file}` cannot be written: {cause}")]
    File {
        /// Which.
        file: String,
        /// Why.
        cause: io::Error,
    },
}
