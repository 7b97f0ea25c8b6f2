//! `cargo xtask proof …`: what takes too long for every run of the tests.

use crate::test;
use crate::workspace::Workspace;

#[derive(clap::Subcommand)]
pub(crate) enum Proof {
    /// The crash matrix in full: every fail point × every wish × every kind of fault × both engines.
    Crashes,
}

pub(crate) fn run(workspace: &Workspace, proof: &Proof) -> anyhow::Result<()> {
    match proof {
        Proof::Crashes => test::only(workspace, "crashes::matrix", &[("TURNPIKE_TEST_CRASHES", "all")]),
    }
}
