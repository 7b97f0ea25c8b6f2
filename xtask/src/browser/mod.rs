//! The tests in a browser: Chromium against the service, its database and the Stripe simulator (tests/browser).

use std::path::PathBuf;
use std::process::Command;

use crate::js::npm;
use crate::postgres::Cluster;
use crate::setup::postgres::Programs;
use crate::setup::{chromium, pngquant};
use crate::test::build_binaries;
use crate::workspace::Workspace;
use crate::{cargo, js, process};

/// How much of what is random is run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// Generated calls that both builds of the rules are asked.
    calls: u32,
    /// Random situations in the database of which everything is asked.
    situations: u32,
}

impl Extent {
    /// What every test run does.
    pub(crate) const USUAL: Self = Self { calls: 3_000, situations: 100 };
    /// What `cargo xtask proof browser` does.
    pub(crate) const FULL: Self = Self { calls: 50_000, situations: 300 };
}

/// Runs all tests on SQLite, and those of the flow on PostgreSQL as well.
pub(crate) fn run(workspace: &Workspace, postgres: &Programs, cluster: &Cluster, extent: Extent) -> anyhow::Result<()> {
    let tests = Tests::prepare(workspace)?;
    let numbers =
        [("BROWSER_AGREEMENT_CALLS", extent.calls.to_string()), ("BROWSER_SITUATIONS", extent.situations.to_string())];
    process::run(tests.npm("test").envs(numbers))?;
    process::run(
        tests.npm("test:flow").env("BROWSER_POSTGRES", cluster.url()).env("BROWSER_PSQL", postgres.path("psql")),
    )
}

/// Prints how long the first decision in Chromium takes, and how long each further one.
pub(crate) fn measure(workspace: &Workspace) -> anyhow::Result<()> {
    js::embedded(workspace)?;
    build_binaries(workspace)?;
    process::run(&mut Tests::prepare(workspace)?.npm("measure"))
}

/// Makes the pictures of docs/screenshots anew.
pub(crate) fn screenshots(workspace: &Workspace) -> anyhow::Result<()> {
    js::embedded(workspace)?;
    build_binaries(workspace)?;
    let pngquant = pngquant::ensure()?;
    process::run(Tests::prepare(workspace)?.npm("screenshots").env("BROWSER_PNGQUANT", pngquant))
}

/// The tests with all that they need.
struct Tests<'a> {
    workspace: &'a Workspace,
    chromium: PathBuf,
}

impl<'a> Tests<'a> {
    /// Finds the browser, installs the packages, and builds what the tests start besides the service.
    fn prepare(workspace: &'a Workspace) -> anyhow::Result<Self> {
        let tests = Self { workspace, chromium: chromium::ensure()? };
        npm::install_in(&tests.folder())?;
        process::run(&mut cargo::command(
            workspace,
            &["build", "--locked", "--package", "turnpike", "--example", "agreement_calls"],
        ))?;
        process::run(&mut cargo::command(workspace, &["build", "--locked", "--package", "fault-proxy", "--bins"]))?;
        Ok(tests)
    }

    fn folder(&self) -> PathBuf {
        self.workspace.root.join("tests/browser")
    }

    fn npm(&self, script: &str) -> Command {
        let mut command = Command::new("npm");
        command
            .args(["run", "--silent", script])
            .current_dir(self.folder())
            .env("BROWSER_CHROMIUM", &self.chromium)
            .env("BROWSER_BINARIES", self.workspace.target.join("debug"))
            .env("BROWSER_ARTIFACTS", self.workspace.root.join("target/browser"));
        command
    }
}
