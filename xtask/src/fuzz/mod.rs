//! `cargo xtask fuzz`: inputs that nobody means, through the sandbox and, guided by what they reach, through the rules natively.

mod guided;
mod sandbox;

use crate::workspace::Workspace;
use crate::{js, setup};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many bytes of inputs the module is asked in its sandbox; 0 leaves this out.
    #[arg(long, default_value_t = 100_000_000)]
    bytes: u64,
    /// For how long the reader and the decisions of each form, JSON and compact, are fuzzed natively; 0 leaves this out.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Everything random comes from it.
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    if args.bytes > 0 {
        setup::rust_target::ensure(workspace)?;
        js::embedded(workspace)?;
        sandbox::run(workspace, args.bytes, args.seed)?;
    }
    if args.minutes > 0.0 {
        guided::run(workspace, args.minutes, args.seed)?;
    }
    Ok(())
}

/// Bytes that every test run asks.
const SMOKE: u64 = 2_000_000;

/// What every test run does; the module is built.
pub(crate) fn smoke(workspace: &Workspace) -> anyhow::Result<()> {
    sandbox::run(workspace, SMOKE, 1)
}
