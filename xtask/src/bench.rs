//! `cargo xtask bench …`: measurements, in release builds.

use crate::workspace::Workspace;
use crate::{browser, cargo, js, process};

#[derive(clap::Subcommand)]
pub(crate) enum Bench {
    /// Nanoseconds per decision: the native function, through the sandbox, and in a batch of 100.
    Decide,
    /// Microseconds per decision of the rules for browsers, in Node.
    Js,
    /// Milliseconds to the first decision in Chromium, and microseconds for each further one.
    Browser,
}

pub(crate) fn run(workspace: &Workspace, bench: &Bench) -> anyhow::Result<()> {
    let name = match bench {
        Bench::Decide => "decide",
        Bench::Js => return js::bench(workspace),
        Bench::Browser => return browser::measure(workspace),
    };
    js::embedded(workspace)?;
    process::run(&mut cargo::command(workspace, &["bench", "--locked", "--package", "turnpike", "--bench", name]))
}
