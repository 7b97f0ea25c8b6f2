//! `cargo xtask bench …`: measurements, in release builds.

use crate::setup::rust_target;
use crate::workspace::Workspace;
use crate::{browser, cargo, js, process, wasm};

/// The policies of other engines, no member of the workspace.
const PEERS: &str = "tests/peers/Cargo.toml";

#[derive(clap::Subcommand)]
pub(crate) enum Bench {
    /// Nanoseconds per decision: the native function, through the sandbox, and in a batch of 100.
    Decide,
    /// Microseconds per decision of the rules for browsers, in Node.
    Js,
    /// Milliseconds to the first decision in Chromium, and microseconds for each further one.
    Browser,
    /// The same decisions in regorus and in Cedar beside the sandbox; that all decide alike is tested first.
    Peers,
    /// Requests a second of `GET /api/entitlements` beside the cheapest answer of the same server, on SQLite.
    Entitlements(Entitlements),
}

#[derive(clap::Args)]
pub(crate) struct Entitlements {
    /// For how many seconds each way is driven in each of the rounds.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Without optimisation: to see that it works, not to measure.
    #[arg(long)]
    dev: bool,
}

pub(crate) fn run(workspace: &Workspace, bench: &Bench) -> anyhow::Result<()> {
    let name = match bench {
        Bench::Decide => "decide",
        Bench::Js => return js::bench(workspace),
        Bench::Browser => return browser::measure(workspace),
        Bench::Peers => return peers(workspace),
        Bench::Entitlements(args) => return entitlements(workspace, args),
    };
    js::embedded(workspace)?;
    process::run(&mut cargo::command(workspace, &["bench", "--locked", "--package", "turnpike", "--bench", name]))
}

fn entitlements(workspace: &Workspace, args: &Entitlements) -> anyhow::Result<()> {
    js::embedded(workspace)?;
    let mut bench =
        cargo::command(workspace, &["bench", "--locked", "--package", "turnpike", "--bench", "entitlements"]);
    if args.dev {
        bench.args(["--profile", "dev"]);
    }
    bench.args(["--", "--seconds", &args.seconds.to_string()]);
    if args.dev {
        bench.arg("--any-share");
    }
    process::run(&mut bench)
}

fn peers(workspace: &Workspace) -> anyhow::Result<()> {
    rust_target::ensure(workspace)?;
    wasm::build(workspace)?;
    for step in ["test", "run"] {
        let arguments = [step, "--locked", "--release", "--manifest-path", PEERS, "--target-dir"];
        let mut command = cargo::command(workspace, &arguments);
        command.arg(workspace.target.join("peers")).env("TURNPIKE_POLICY_WASM", workspace.policy_module());
        process::run(&mut command)?;
    }
    Ok(())
}
