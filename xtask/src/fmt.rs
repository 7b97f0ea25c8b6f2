//! `cargo xtask fmt`: the one format of all crates.

use crate::workspace::Workspace;
use crate::{cargo, process};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only tell what is not formatted, and fail.
    #[arg(long)]
    pub(crate) check: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut command = cargo::command(workspace, &["fmt", "--all"]);
    if args.check {
        command.arg("--check");
    }
    process::run(&mut command)
}
