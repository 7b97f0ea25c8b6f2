//! The product of tests/product: it lives on the store alone, things are done to both at random, and in the end its mirror
//! must equal the store.

use std::process::Command;

use crate::js::npm::install_in;
use crate::postgres::Cluster;
use crate::setup::{chromium, postgres};
use crate::test::build_binaries;
use crate::workspace::Workspace;
use crate::{js, process};

/// The product and what is done to it, relative to the root.
const FOLDER: &str = "tests/product";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many things are done.
    #[arg(long, default_value_t = 1_000)]
    actions: u32,
    /// Everything random comes from it, but for what the machine's own pace decides.
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

impl Args {
    /// What every test run does.
    const SMOKE: Self = Self { actions: 40, seed: 1 };
}

/// All of it, on SQLite and then on PostgreSQL.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let programs = postgres::ensure()?;
    js::embedded(workspace)?;
    build_binaries(workspace)?;
    process::run(&mut drive(workspace, args)?)?;
    let cluster = Cluster::start(&programs)?;
    let mut on_postgres = drive(workspace, args)?;
    process::run(on_postgres.env("BROWSER_POSTGRES", cluster.url()).env("BROWSER_PSQL", programs.path("psql")))
}

/// The step of a test run: few actions, on SQLite, with the service as it was built last.
pub(crate) fn smoke(workspace: &Workspace) -> anyhow::Result<()> {
    let mut drive = drive(workspace, &Args::SMOKE)?;
    process::run(npm(workspace).arg("test"))?;
    process::run(&mut drive)
}

/// The driver; it starts what it needs with the means of tests/browser.
fn drive(workspace: &Workspace, args: &Args) -> anyhow::Result<Command> {
    let folder = workspace.root.join(FOLDER);
    install_in(&folder)?;
    let mut drive = npm(workspace);
    drive
        .args(["drive", "--", "--actions", &args.actions.to_string(), "--seed", &args.seed.to_string()])
        .env("BROWSER_CHROMIUM", chromium::ensure()?)
        .env("BROWSER_BINARIES", workspace.target.join("debug"))
        .env("BROWSER_ARTIFACTS", workspace.root.join("target/product"));
    Ok(drive)
}

/// What runs one of the package's scripts.
fn npm(workspace: &Workspace) -> Command {
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent"]).current_dir(workspace.root.join(FOLDER));
    npm
}
