//! The compilation target of the policy module.

use std::process::Command;

use anyhow::{Context, bail};

use crate::workspace::Workspace;
use crate::{process, wasm};

/// Adds the target to the pinned toolchain when its standard library is not there.
pub(crate) fn ensure(workspace: &Workspace) -> anyhow::Result<()> {
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(&workspace.root))
        .context("the Rust compiler is missing: install rustup")?;
    let library = std::path::Path::new(sysroot.trim()).join("lib/rustlib").join(wasm::TARGET);
    if library.exists() {
        return Ok(());
    }
    if process::on_path("rustup").is_none() {
        bail!("the target `{}` is missing and so is rustup, which would add it: install rustup", wasm::TARGET);
    }
    process::run(Command::new("rustup").args(["target", "add", wasm::TARGET]).current_dir(&workspace.root))
}
