//! `cargo xtask …`: set-up, build, test and demo of the workspace.
#![expect(clippy::disallowed_methods, reason = "a developer's tool measures and signs with the machine's own clock")]

mod bench;
mod browser;
mod cargo;
mod coverage;
mod demo;
mod fmt;
mod fuzz;
mod interrupt;
mod js;
mod lint;
mod model;
mod mutants;
mod postgres;
mod process;
mod product;
mod proof;
mod readme;
mod runtimes;
mod setup;
mod soak;
mod test;
mod token;
mod wasm;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Set-up, build, test and demo of Turnpike.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and serve the store with demo data, a Stripe simulator and a mailbox.
    Demo(demo::Args),
    /// Everything CI runs: set-up, format, policy module, lints, tests on SQLite and PostgreSQL, in Chromium, with a product,
    /// the README's session.
    Test(test::Args),
    /// Build target/policy/policy.wasm and check it: no imports, size, memory, exports.
    Wasm(wasm::Args),
    /// Build the rules for browsers, the npm package and the store page.
    Js(js::Args),
    /// Make the pictures of docs/screenshots: six states of the store page, light and dark.
    Screenshots,
    /// Format all crates.
    Fmt(fmt::Args),
    /// Clippy on everything and on each feature set of the rules, without warnings.
    Lint,
    /// Run the shell session of README.md against a demo of its own and compare what it prints.
    Readme(readme::Args),
    /// Measure, in a release build.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Check every reachable state of the ledger's logic, and that planted faults are found.
    Model(model::Args),
    /// Prove something that takes long or needs an account.
    #[command(subcommand)]
    Proof(proof::Proof),
    /// The policy in every runtime: all cases and the whole decision space, byte by byte, and nanoseconds per decision.
    Runtimes(runtimes::Args),
    /// Lines and regions of the rules that their native tests reach: all of what decides, or it fails.
    Coverage(coverage::Args),
    /// Plant one fault after another into the rules: their native tests must see every one.
    Mutants(mutants::Args),
    /// 100 million bytes that nobody means through the module in its sandbox; then coverage-guided fuzzing of the rules.
    Fuzz(fuzz::Args),
    /// Hosts under load, faults and kills on a throw-away PostgreSQL; then every line billed is computed once more.
    Soak(soak::Args),
    /// Install what is missing and do nothing else.
    Setup,
    /// Print a signed token for a user of the demo.
    Token(token::Args),
}

fn main() -> ExitCode {
    let outcome = interrupt::install().and_then(|()| run(Cli::parse()));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if interrupt::requested() => {
            eprintln!("interrupted");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    match cli.command {
        Command::Demo(args) => demo::run(&workspace, &args),
        Command::Test(args) => test::run(&workspace, &args),
        Command::Wasm(args) => wasm::run(&workspace, &args),
        Command::Js(args) => js::run(&workspace, &args),
        Command::Screenshots => browser::screenshots(&workspace),
        Command::Fmt(args) => fmt::run(&workspace, &args),
        Command::Lint => lint::run(&workspace),
        Command::Readme(args) => readme::run(&workspace, &args),
        Command::Bench(bench) => bench::run(&workspace, &bench),
        Command::Runtimes(args) => runtimes::run(&workspace, &args),
        Command::Soak(args) => soak::run(&workspace, &args),
        Command::Coverage(args) => coverage::run(&workspace, &args),
        Command::Fuzz(args) => fuzz::run(&workspace, &args),
        Command::Mutants(args) => mutants::run(&workspace, &args),
        Command::Model(args) => model::run(&workspace, &args),
        Command::Proof(proof) => proof::run(&workspace, &proof),
        Command::Setup => {
            setup::everything(&workspace)?;
            setup::chromium::ensure()?;
            setup::stripe_cli::ensure(&workspace).map(|_| ())
        }
        Command::Token(args) => token::run(&args),
    }
}
