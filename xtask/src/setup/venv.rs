//! The Python environment of tests and demo, made from requirements that name every package with its hash.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io::ErrorKind};

use anyhow::Context;
use sha2::{Digest, Sha256};

use super::apt;
use crate::process;
use crate::workspace::Workspace;

/// Files of requirements, relative to the root; one that is not there is left out.
const REQUIREMENTS: [&str; 4] = [
    "tests/requirements.txt",
    "tests/runtimes/python/requirements.txt",
    "tests/scim-client/requirements.txt",
    "tests/stripe-sim-honesty/requirements.txt",
];

/// Gives the environment's Python, after making the environment unless it was made from the same requirements.
pub(crate) fn ensure(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let files: Vec<PathBuf> =
        REQUIREMENTS.iter().map(|file| workspace.root.join(file)).filter(|file| file.exists()).collect();
    let wanted = stamp_of(&files)?;
    let folder = workspace.target.join("venv");
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.sha256");
    if read_if_there(&stamp)?.as_deref() == Some(&wanted) && process::is_program(&python) {
        return Ok(python);
    }
    create(&folder)?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]);
    for file in &files {
        pip.arg("-r").arg(file);
    }
    process::run(&mut pip)?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write `{}`", stamp.display()))?;
    Ok(python)
}

fn create(folder: &Path) -> anyhow::Result<()> {
    if process::on_path("python3").is_none() {
        apt::install("python3-venv", "python3")?;
    }
    // Debian ships Python without what `venv` needs to put pip into an environment.
    if !process::succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        apt::install("python3-venv", "Python's module `venv`")?;
    }
    process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))
}

fn stamp_of(files: &[PathBuf]) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn read_if_there(file: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", file.display())),
    }
}
