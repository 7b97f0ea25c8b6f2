//! Debian packages, for machines where we are root. Everybody else is told what is missing.

use std::process::Command;

use anyhow::bail;

use crate::process;

/// Installs `package` because `missing` is not there.
///
/// # Errors
/// Without root rights or apt-get: what is missing and how to get it.
pub(crate) fn install(package: &str, missing: &str) -> anyhow::Result<()> {
    if process::on_path("apt-get").is_none() {
        bail!(
            "{missing} is missing: install it with the package manager of this system (Debian calls the package `{package}`)"
        );
    }
    if !process::is_root() {
        bail!("{missing} is missing: run `sudo apt-get install {package}`");
    }
    eprintln!("{missing} is missing: installing the package `{package}`");
    apt_get(&["update"])?;
    apt_get(&["install", "-y", "--no-install-recommends", package])
}

fn apt_get(arguments: &[&str]) -> anyhow::Result<()> {
    process::run(Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").arg("-q").args(arguments))
}
