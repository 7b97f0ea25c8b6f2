//! `cargo xtask test`: everything CI runs, step by step, on a database cluster of its own.

mod steps;
mod stripe_honesty;
mod stripe_peers;

use std::{env, fs, io::ErrorKind, thread};

use anyhow::Context;

use self::steps::Steps;
use crate::browser::Extent;
use crate::postgres::Cluster;
use crate::setup::{self, Tools};
use crate::workspace::Workspace;
use crate::{browser, cargo, fmt, fuzz, js, lint, process, product, proof, readme, runtimes, soak, wasm};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run only the integration tests whose name contains this, without format and lints.
    #[arg(long, value_name = "NAME", conflicts_with = "cargo_test")]
    only: Option<String>,
    /// Arguments for `cargo test` in place of `--workspace`; the check of recorded Stripe exchanges is then left out.
    #[arg(last = true, value_name = "ARGS")]
    cargo_test: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut steps = Steps::default();
    let tools = steps.run("set-up", || setup::everything(workspace))?;
    let everything = args.only.is_none() && args.cargo_test.is_empty();
    if everything {
        steps.run("format", || fmt::run(workspace, &fmt::Args { check: true }))?;
    }
    let digest = steps.run("policy module", || wasm::build(workspace))?;
    steps.run("own policies", || wasm::custom_modules(workspace))?;
    steps.run("page", || js::build(workspace, &digest))?;
    if everything {
        steps.run("js", || js::check(workspace))?;
        steps.run("lints", || lint::run(workspace))?;
    }
    steps.run("binaries", || build_binaries(workspace))?;
    let cluster = steps.run("postgresql", || Cluster::start(&tools.postgres))?;
    steps.run("tests", || tests(workspace, &tools, &cluster, &selection(args), &[]))?;
    if everything {
        steps.run("browser", || browser::run(workspace, &tools.postgres, &cluster, Extent::USUAL))?;
        steps.run("product", || product::smoke(workspace))?;
        steps.run("runtimes", || runtimes::sample(workspace, &tools.python))?;
        steps.run("fuzz", || fuzz::smoke(workspace))?;
        steps.run("packaging", || js::packaging(workspace))?;
        steps.run("stripe clients", || stripe_peers::run(workspace, &tools.python))?;
    }
    if everything && stripe_honesty::is_there(workspace) {
        steps.run("stripe honesty", || stripe_honesty::check(workspace, &tools.python))?;
    }
    if everything {
        steps.run("soak", || soak::on(workspace, &tools.postgres, &cluster, &soak::Args::smoke()))?;
        steps.run("readme", || readme::run(workspace, &readme::Args::default()))?;
    }
    let has_account = everything && proof::has_stripe_key()?;
    if has_account {
        steps.run("stripe account", || proof::run(workspace, &proof::Proof::Stripe))?;
    }
    drop(steps);
    if everything && !has_account {
        println!(
            "SKIPPED: nothing was tried on a real Stripe account, because {} is not set; the same scenarios ran against the \
             simulator",
            proof::STRIPE_TEST_KEY
        );
    }
    Ok(())
}

/// The service and the simulator, built as the demo builds them: a test may start either.
pub(crate) fn build_binaries(workspace: &Workspace) -> anyhow::Result<()> {
    process::run(&mut cargo::command(
        workspace,
        &["build", "--locked", "--package", "turnpike", "--package", "stripe-sim", "--bins"],
    ))
}

fn selection(args: &Args) -> Vec<&str> {
    match &args.only {
        Some(name) => vec!["--package", "turnpike", "--test", "it", "--", name],
        // All that fails is told at once: a run takes long.
        None if args.cargo_test.is_empty() => vec!["--workspace", "--no-fail-fast"],
        None => args.cargo_test.iter().map(String::as_str).collect(),
    }
}

/// The integration tests whose name contains `name`, with further variables, and with what they print.
pub(crate) fn only(workspace: &Workspace, name: &str, variables: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut steps = Steps::default();
    let tools = steps.run("set-up", || setup::everything(workspace))?;
    let digest = steps.run("policy module", || wasm::build(workspace))?;
    steps.run("own policies", || wasm::custom_modules(workspace))?;
    steps.run("page", || js::build(workspace, &digest))?;
    steps.run("binaries", || build_binaries(workspace))?;
    let cluster = steps.run("postgresql", || Cluster::start(&tools.postgres))?;
    let selection = ["--package", "turnpike", "--test", "it", "--", name, "--nocapture"];
    steps.run("tests", || tests(workspace, &tools, &cluster, &selection, variables))
}

fn tests(
    workspace: &Workspace,
    tools: &Tools,
    cluster: &Cluster,
    selection: &[&str],
    variables: &[(&str, &str)],
) -> anyhow::Result<()> {
    let artifacts = workspace.test_artifacts();
    match fs::remove_dir_all(&artifacts) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).context("cannot clear the artifacts of the last run");
        }
        _ => fs::create_dir_all(&artifacts)?,
    }
    let mut test = cargo::command(workspace, &["test", "--locked"]);
    test.args(selection)
        .env("TURNPIKE_TEST_POSTGRES", cluster.url())
        .env("TURNPIKE_TEST_PYTHON", &tools.python)
        .env("TURNPIKE_TEST_ARTIFACTS", artifacts)
        .env("TURNPIKE_TEST_POLICIES", workspace.policy_module().with_file_name(""))
        // The account has a step of its own, one scenario after the other.
        .env_remove(proof::STRIPE_TEST_KEY)
        .envs(variables.iter().copied());
    if env::var_os("RUST_TEST_THREADS").is_none() {
        // Most tests wait for processes and databases: twice the cores keeps them busy.
        let cores = thread::available_parallelism().map_or(2, usize::from);
        test.env("RUST_TEST_THREADS", (2 * cores).to_string());
    }
    process::run(&mut test)
}
