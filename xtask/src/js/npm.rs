//! npm: the packages of the lock file, and the scripts of js/package.json.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::folder;
use crate::process;
use crate::workspace::Workspace;

/// The oldest node that the package's tools run on.
const OLDEST_NODE: u32 = 20;
/// Within node_modules, so that it goes with it.
const INSTALLED: &str = "node_modules/.installed-lock.json";

/// Installs what js/package-lock.json names, unless that is done.
pub(crate) fn install(workspace: &Workspace) -> anyhow::Result<()> {
    install_in(&folder(workspace))
}

/// Installs what the lock file of a folder names, unless that is done.
pub(crate) fn install_in(folder: &Path) -> anyhow::Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read `{}`", lock.display()))?;
    let installed = folder.join(INSTALLED);
    if fs::read(&installed).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    node_is_there()?;
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]);
    process::run(npm.current_dir(folder))?;
    fs::write(&installed, wanted).with_context(|| format!("cannot write `{}`", installed.display()))
}

/// Runs one script of js/package.json.
pub(crate) fn script(workspace: &Workspace, name: &str) -> anyhow::Result<()> {
    process::run(&mut run(workspace, name)).with_context(|| format!("js: `npm run {name}` failed"))
}

/// The command that runs one script of js/package.json.
pub(crate) fn run(workspace: &Workspace, name: &str) -> Command {
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", name]).current_dir(folder(workspace));
    npm
}

fn node_is_there() -> anyhow::Result<()> {
    if process::on_path("npm").is_none() {
        bail!(
            "`npm` is missing: install node {OLDEST_NODE} or newer from https://nodejs.org or with the system's package manager"
        );
    }
    let version = process::output(Command::new("node").arg("--version"))?;
    match major(&version) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => bail!("node is `{}`: install {OLDEST_NODE} or newer from https://nodejs.org", version.trim()),
    }
}

/// The first number of a version like `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_of_node() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20.1.0"), None);
        assert_eq!(major("v"), None);
    }
}
