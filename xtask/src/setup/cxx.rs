//! A compiler of C++, for the fuzzer.

use super::apt;
use crate::process;

/// Installs one unless there is one.
pub(crate) fn ensure() -> anyhow::Result<()> {
    if process::on_path("c++").is_some() { Ok(()) } else { apt::install("g++", "`c++`") }
}
