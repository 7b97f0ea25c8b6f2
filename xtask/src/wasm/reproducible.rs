//! Whether the same source gives the same module in another folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::{build, digest};
use crate::process;
use crate::workspace::Workspace;

/// Builds from a copy of the source and compares with `expected`.
pub(crate) fn check(workspace: &Workspace, expected: &str) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("turnpike other folder ").tempdir()?;
    let copy = Workspace { root: folder.path().join("deeper/source"), target: folder.path().join("build") };
    copy_source(&workspace.root, &copy.root)?;
    let found = digest(&build::module(&copy)?);
    if found != expected {
        bail!(
            "the policy module depends on the folder it is built in: {expected} here, {found} in `{}`",
            copy.root.display()
        );
    }
    println!("reproducible: another folder gives the same digest");
    Ok(())
}

/// Copies what git tracks or would track, as it is in the work tree.
fn copy_source(from: &Path, to: &Path) -> anyhow::Result<()> {
    let files = process::output(Command::new("git").current_dir(from).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    for file in files.split_terminator('\0').filter(|file| from.join(file).is_file()) {
        let target = to.join(file);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(from.join(file), &target).with_context(|| format!("cannot copy `{file}`"))?;
    }
    Ok(())
}
