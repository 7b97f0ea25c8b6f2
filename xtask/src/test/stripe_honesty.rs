//! Holds what the tests exchanged with the Stripe simulator against Stripe's own description of its API.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::process;
use crate::workspace::Workspace;

/// Whether there is a validator.
pub(crate) fn is_there(workspace: &Workspace) -> bool {
    validator(workspace).exists()
}

/// Validates the validator, then every exchange the tests have recorded.
pub(crate) fn check(workspace: &Workspace, python: &Path) -> anyhow::Result<()> {
    let recorded = recordings(&workspace.test_artifacts().join("stripe-exchanges"))?;
    process::run(validate(workspace, python).arg("--self-test"))?;
    process::run(validate(workspace, python).args(recorded))
}

fn validator(workspace: &Workspace) -> PathBuf {
    workspace.root.join("tests/stripe-sim-honesty/validate.py")
}

fn validate(workspace: &Workspace, python: &Path) -> Command {
    let mut command = Command::new(python);
    // Beside the packages it is made from: both go when a version changes.
    command.arg(validator(workspace)).arg("--spec-cache").arg(workspace.target.join("venv/stripe-openapi.json"));
    command
}

fn recordings(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("the tests recorded no exchanges in `{}`", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    if files.is_empty() {
        bail!("the tests recorded no exchanges in `{}`", folder.display());
    }
    Ok(files)
}
