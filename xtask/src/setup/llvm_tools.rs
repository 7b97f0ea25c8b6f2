//! The programs that read what instrumented code wrote, of the very LLVM that the compiler has.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};

use crate::process;
use crate::workspace::Workspace;

/// The component of the toolchain.
const COMPONENT: &str = "llvm-tools";

/// The two programs.
pub(crate) struct LlvmTools {
    /// `llvm-cov`.
    pub(crate) cov: PathBuf,
    /// `llvm-profdata`.
    pub(crate) profdata: PathBuf,
}

/// Gives the programs of the pinned toolchain, or those that `LLVM_COV` and `LLVM_PROFDATA` name.
///
/// # Errors
/// Without them and without rustup, which would add them.
pub(crate) fn ensure(workspace: &Workspace) -> anyhow::Result<LlvmTools> {
    if let (Some(cov), Some(profdata)) = (std::env::var_os("LLVM_COV"), std::env::var_os("LLVM_PROFDATA")) {
        return Ok(LlvmTools { cov: cov.into(), profdata: profdata.into() });
    }
    let tools = of_toolchain(workspace)?;
    if process::is_program(&tools.cov) && process::is_program(&tools.profdata) {
        return Ok(tools);
    }
    if process::on_path("rustup").is_none() {
        bail!(
            "the component `{COMPONENT}` is missing and so is rustup, which would add it: install rustup, or let LLVM_COV and \
             LLVM_PROFDATA name the programs of the LLVM that `rustc -vV` tells"
        );
    }
    process::run(Command::new("rustup").args(["component", "add", COMPONENT]).current_dir(&workspace.root))
        .with_context(|| {
            format!(
                "the component `{COMPONENT}` cannot be had: let LLVM_COV and LLVM_PROFDATA name the programs of the LLVM that \
                 `rustc -vV` tells"
            )
        })?;
    Ok(tools)
}

fn of_toolchain(workspace: &Workspace) -> anyhow::Result<LlvmTools> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir"]).current_dir(&workspace.root);
    let libraries = process::output(&mut rustc).context("the Rust compiler is missing: install rustup")?;
    let programs = PathBuf::from(libraries.trim()).with_file_name("bin");
    Ok(LlvmTools { cov: programs.join("llvm-cov"), profdata: programs.join("llvm-profdata") })
}
