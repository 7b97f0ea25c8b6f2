//! Chromium: found under the names that distributions give it, installed where we may.

use std::path::PathBuf;

use anyhow::Context;

use super::apt;
use crate::process;

/// Names of the program, the usual one first.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Finds the browser, or installs it.
pub(crate) fn ensure() -> anyhow::Result<PathBuf> {
    if let Some(program) = find() {
        return Ok(program);
    }
    apt::install("chromium", "Chromium")?;
    find().context("Chromium was installed, but the program is nowhere to be found")
}

fn find() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| process::on_path(name))
}
