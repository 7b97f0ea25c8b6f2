//! Two official clients of Stripe's against the simulator: its Python library and its command line.

use std::path::Path;
use std::process::Command;

use crate::workspace::Workspace;
use crate::{process, setup};

/// Runs the clients' scenario; the exchanges are recorded beside those of the tests.
pub(crate) fn run(workspace: &Workspace, python: &Path) -> anyhow::Result<()> {
    let mut peers = Command::new(python);
    peers
        .arg(workspace.root.join("tests/stripe-sim-honesty/peers/run.py"))
        .arg("--sim")
        .arg(workspace.binary("stripe-sim"))
        .arg("--record")
        .arg(workspace.test_artifacts().join("stripe-exchanges/peers.jsonl"));
    match setup::stripe_cli::ensure(workspace)? {
        Some(program) => {
            peers.arg("--cli").arg(program);
        }
        None => println!("Stripe's command line is not made for this kind of machine: its library alone is run"),
    }
    process::run(&mut peers)
}
