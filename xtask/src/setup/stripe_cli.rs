//! Stripe's own command line, from the lock file that names its digest. There is one for Linux on x64.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};

use crate::process;
use crate::workspace::Workspace;

/// What npm is told, relative to the root.
const FOLDER: &str = "tests/stripe-sim-honesty/cli";
const FILES: [&str; 2] = ["package.json", "package-lock.json"];
/// The program, relative to where the package is installed.
const PROGRAM: &str = "node_modules/@stripe/cli-linux-x64/bin/stripe";

/// Gives the program, after installing it unless that is done; `None` where there is none for this kind of machine.
pub(crate) fn ensure(workspace: &Workspace) -> anyhow::Result<Option<PathBuf>> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(None);
    }
    let installed = workspace.target.join("stripe-cli");
    let program = installed.join(PROGRAM);
    let mut is_there = process::is_program(&program);
    fs::create_dir_all(&installed)?;
    for file in FILES {
        let wanted =
            fs::read(workspace.root.join(FOLDER).join(file)).with_context(|| format!("cannot read `{file}`"))?;
        let copy = installed.join(file);
        is_there &= fs::read(&copy).is_ok_and(|present| present == wanted);
        fs::write(&copy, wanted).with_context(|| format!("cannot write `{}`", copy.display()))?;
    }
    if !is_there {
        if process::on_path("npm").is_none() {
            bail!("`npm` is missing: install node");
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]);
        process::run(npm.current_dir(&installed))?;
    }
    if !process::is_program(&program) {
        bail!("npm installed no `{}`", program.display());
    }
    Ok(Some(program))
}
