//! PostgreSQL's server programs: found where distributions put them, installed where we may.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::apt;
use crate::process;

/// Where Debian keeps the programs, one folder for each major version.
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// The server programs of one PostgreSQL version.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// The path of one program, like `initdb`.
    pub(crate) fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }
}

/// Finds the programs, or installs them.
pub(crate) fn ensure() -> anyhow::Result<Programs> {
    if let Some(programs) = find() {
        return Ok(programs);
    }
    apt::install("postgresql", "PostgreSQL (`initdb`, `pg_ctl`)")?;
    find().context("PostgreSQL was installed, but `initdb` and `pg_ctl` are nowhere to be found")
}

fn find() -> Option<Programs> {
    newest_debian().or_else(from_pg_config).or_else(from_path)
}

fn newest_debian() -> Option<Programs> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN_FOLDER)
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    versions.into_iter().rev().find_map(|(_, folder)| complete(&folder))
}

/// `pg_config` may come from the client's library alone, so its folder is looked into.
fn from_pg_config() -> Option<Programs> {
    let folder = process::output(Command::new("pg_config").arg("--bindir")).ok()?;
    complete(Path::new(folder.trim()))
}

fn from_path() -> Option<Programs> {
    complete(process::on_path("initdb")?.parent()?)
}

fn complete(folder: &Path) -> Option<Programs> {
    let there = ["initdb", "pg_ctl", "postgres"].iter().all(|program| process::is_program(&folder.join(program)));
    there.then(|| Programs { folder: folder.to_path_buf() })
}
