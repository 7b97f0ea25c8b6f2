//! `cargo xtask model`: every reachable state of the ledger's logic, with two hosts and a provider that fails.

use crate::workspace::Workspace;
use crate::{cargo, process};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How large a world is explored: `ci` is what every test run explores.
    #[arg(long, value_name = "SIZE", default_value = "full", value_parser = ["ci", "full"])]
    bounds: String,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    process::run(&mut cargo::command(
        workspace,
        &["run", "--locked", "--quiet", "--package", "ledger-model", "--", "--bounds", &args.bounds],
    ))
}
