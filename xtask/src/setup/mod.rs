//! Installs what a checkout needs beyond git, rustup, a C compiler, node and python3. Fast when nothing is missing.

mod apt;
pub(crate) mod cargo_tool;
pub(crate) mod chromium;
pub(crate) mod cxx;
pub(crate) mod llvm_tools;
pub(crate) mod pngquant;
pub(crate) mod postgres;
pub(crate) mod rust_target;
pub(crate) mod stripe_cli;
pub(crate) mod venv;

use std::path::PathBuf;

use crate::workspace::Workspace;

/// The programs that tests run with.
pub(crate) struct Tools {
    /// Python with the packages of tests/requirements.txt.
    pub(crate) python: PathBuf,
    /// PostgreSQL's server programs.
    pub(crate) postgres: postgres::Programs,
}

/// Everything that tests and demo need.
pub(crate) fn everything(workspace: &Workspace) -> anyhow::Result<Tools> {
    rust_target::ensure(workspace)?;
    Ok(Tools { python: venv::ensure(workspace)?, postgres: postgres::ensure()? })
}
