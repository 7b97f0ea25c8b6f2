//! pngquant, which makes screenshots small.

use std::path::PathBuf;

use anyhow::Context;

use super::apt;
use crate::process;

/// Finds the program, or installs it.
pub(crate) fn ensure() -> anyhow::Result<PathBuf> {
    if let Some(program) = process::on_path("pngquant") {
        return Ok(program);
    }
    apt::install("pngquant", "`pngquant`")?;
    process::on_path("pngquant").context("pngquant was installed, but the program is nowhere to be found")
}
