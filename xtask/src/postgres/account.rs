//! The account PostgreSQL runs as: it refuses to run as root.

use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use crate::process;

/// Tried in this order when we are root.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// Who runs the server.
#[derive(Debug, Clone)]
pub(crate) enum Account {
    /// We are not root: ourselves.
    Ourselves,
    /// We are root: this user and its group.
    Other { user: u32, group: u32 },
}

impl Account {
    pub(crate) fn for_server() -> anyhow::Result<Self> {
        if !process::is_root() {
            return Ok(Self::Ourselves);
        }
        if process::on_path("setpriv").is_none() {
            bail!(
                "`setpriv` is missing, which root needs to run PostgreSQL as another user: install util-linux, or do not run as root"
            );
        }
        let found =
            UNPRIVILEGED.iter().find_map(|name| Some(Self::Other { user: id("-u", name)?, group: id("-g", name)? }));
        found.context(
            "root needs an unprivileged user to run PostgreSQL as, and there is neither `postgres` nor `nobody`",
        )
    }

    /// A command that runs as this account, in a folder it can read.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = match self {
            Self::Ourselves => Command::new(program),
            Self::Other { user, group } => {
                let mut command = Command::new("setpriv");
                command.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups"]).arg(program);
                command
            }
        };
        command.current_dir("/").env_remove("PGDATA").env_remove("PGHOST").env_remove("PGPORT");
        command
    }

    /// Gives a folder to this account.
    pub(crate) fn own(&self, folder: &Path) -> anyhow::Result<()> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Other { user, group } => chown(folder, Some(*user), Some(*group))
                .with_context(|| format!("cannot give `{}` to PostgreSQL", folder.display())),
        }
    }
}

fn id(which: &str, name: &str) -> Option<u32> {
    process::output(Command::new("id").args([which, name])).ok()?.trim().parse().ok()
}
