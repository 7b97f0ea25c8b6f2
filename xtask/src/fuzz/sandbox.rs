//! Inputs through the module: random ones, and calls with something changed in them.

use std::fs;
use std::process::Command;

use crate::workspace::Workspace;
use crate::{cargo, process};

/// The program, an example of the service: it is in its sandbox that the module is asked.
const PROGRAM: &str = "policy_fuzz";

/// Asks so many bytes of the module that was built.
pub(super) fn run(workspace: &Workspace, bytes: u64, seed: u32) -> anyhow::Result<()> {
    let build = ["build", "--quiet", "--locked", "--package", "turnpike", "--example", PROGRAM];
    process::run(&mut cargo::command(workspace, &build))?;
    let folder = workspace.root.join("target/fuzz");
    fs::create_dir_all(&folder)?;
    let mut fuzz = Command::new(workspace.target.join("debug/examples").join(PROGRAM));
    fuzz.arg(workspace.policy_module()).arg(workspace.root.join("tests/cases"));
    fuzz.args([bytes.to_string(), seed.to_string()]).arg(folder.join("found"));
    process::run(&mut fuzz)
}
