//! `cargo xtask soak`: hosts on a throw-away PostgreSQL under load, faults and kills, and the bill recomputed afterwards.

use crate::postgres::Cluster;
use crate::setup::postgres::{self, Programs};
use crate::test::build_binaries;
use crate::workspace::Workspace;
use crate::{cargo, js, process};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// For how long there are load, faults and kills.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Everything random comes from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many mandates there are. Stripe takes 200 quantity updates of each an hour.
    #[arg(long, default_value_t = 300)]
    mandates: usize,
    /// How many users ask at the same time.
    #[arg(long, default_value_t = 48)]
    users: usize,
    /// Fail if fewer billing operations were settled; 1,000 for each minute unless given.
    #[arg(long, value_name = "OPERATIONS")]
    at_least: Option<u64>,
    /// For how long a host holds an operation; a killed one's are taken over after it.
    #[arg(long, default_value = "60s")]
    lease: String,
}

impl Args {
    /// What every test run does: short, and few enough operations for a machine that is busy.
    pub(crate) fn smoke() -> Self {
        Self { minutes: 0.3, seed: 1, mandates: 40, users: 16, at_least: Some(30), lease: "3s".to_owned() }
    }
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let programs = postgres::ensure()?;
    js::embedded(workspace)?;
    build_binaries(workspace)?;
    let cluster = Cluster::start(&programs)?;
    on(workspace, &programs, &cluster, args)
}

/// Builds the soak and runs it on a cluster, with the service as it was built last.
pub(crate) fn on(workspace: &Workspace, programs: &Programs, cluster: &Cluster, args: &Args) -> anyhow::Result<()> {
    process::run(&mut cargo::command(workspace, &["build", "--locked", "--package", "soak"]))?;
    let mut soak = std::process::Command::new(workspace.binary("soak"));
    soak.args(["--postgres", &cluster.url()])
        .arg("--psql")
        .arg(programs.path("psql"))
        .arg("--turnpike")
        .arg(workspace.binary("turnpike"))
        .arg("--logs")
        .arg(workspace.root.join("target/soak"))
        .args(["--minutes", &args.minutes.to_string(), "--seed", &args.seed.to_string()])
        .args(["--mandates", &args.mandates.to_string(), "--users", &args.users.to_string()])
        .args(["--lease", &args.lease]);
    if let Some(least) = args.at_least {
        soak.args(["--at-least", &least.to_string()]);
    }
    process::run(&mut soak)
}
