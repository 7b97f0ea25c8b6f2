//! Cargo commands that are no part of the toolchain: each of one version, in a folder of its own in the target folder.

use std::fs;
use std::path::PathBuf;

use anyhow::bail;

use crate::workspace::Workspace;
use crate::{cargo, process};

/// A cargo command and the version of it that is used.
pub(crate) struct Tool {
    /// The package, which is the program's name too.
    name: &'static str,
    version: &'static str,
}

/// Runs tests and tells what of the source they reached.
pub(crate) const LLVM_COV: Tool = Tool { name: "cargo-llvm-cov", version: "0.9.1" };
/// Runs tests on source with one fault planted at a time.
pub(crate) const MUTANTS: Tool = Tool { name: "cargo-mutants", version: "27.1.0" };

impl Tool {
    /// Gives the program, after compiling it unless that is done.
    pub(crate) fn ensure(&self, workspace: &Workspace) -> anyhow::Result<PathBuf> {
        let tools = workspace.target.join("tools");
        let folder = tools.join(format!("{}-{}", self.name, self.version));
        let program = folder.join("bin").join(self.name);
        if process::is_program(&program) {
            return Ok(program);
        }
        eprintln!("{} {} is missing: compiling it", self.name, self.version);
        let built = tools.join("build");
        // They mostly wait for others: optimising them would take longer than it saves.
        let mut install =
            cargo::command(workspace, &["install", "--quiet", "--locked", "--no-track", "--debug", self.name]);
        install.args(["--version", self.version, "--root"]).arg(&folder).arg("--target-dir").arg(&built);
        process::run(&mut install)?;
        // Nothing is compiled with it again.
        fs::remove_dir_all(&built)?;
        if !process::is_program(&program) {
            bail!("cargo installed no `{}`", program.display());
        }
        Ok(program)
    }
}
