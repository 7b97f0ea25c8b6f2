//! `cargo xtask mutants`: plants one fault after another into the rules and fails unless their native tests see every one.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;
use std::{fmt, fs};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::setup::cargo_tool;
use crate::workspace::Workspace;
use crate::{cargo, process};

/// Kilobytes of memory of one program: a fault may make a loop that never ends and keeps all it makes.
const MOST_MEMORY: u32 = 6 * 1024 * 1024;

/// Property tests are the same in each run, and done with their first failure.
const PROPERTY_TESTS: [(&str, &str); 2] = [("PROPTEST_RNG_SEED", "1"), ("PROPTEST_MAX_SHRINK_ITERS", "0")];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only the faults of files that fit, as in `core-wasm/src/rules/*.rs`.
    #[arg(long, value_name = "PATTERN")]
    file: Vec<String>,
    /// Only one of N equal parts, as in 0/4, the first of four.
    #[arg(long, value_name = "K/N")]
    shard: Option<String>,
    /// How many faults are tried at the same time, each in a copy of the source.
    #[arg(long, default_value_t = 2)]
    jobs: u32,
    /// Further arguments of cargo-mutants.
    #[arg(last = true, value_name = "ARGS")]
    further: Vec<String>,
}

/// Quickly compiled, and enough for most faults: every situation of the tables.
const TABLES: [&str; 4] = ["--package", "decision-space", "--test", "native"];
/// Their arguments: that these tests succeed without a fault was looked at before, and they take seconds.
const ON_TABLES: [&str; 6] =
    ["--test-package=decision-space", "--cargo-arg=--test=native", "--baseline", "skip", "--timeout", "60"];
/// All native tests, for the faults that the tables miss.
const ON_ALL: [&str; 4] = ["--iterate", "--test-package=core-wasm", "--cargo-arg=--lib", "--cargo-arg=--tests"];

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mutants = Mutants {
        workspace,
        args,
        program: cargo_tool::MUTANTS.ensure(workspace)?,
        folder: workspace.root.join("target/mutants"),
    };
    match fs::remove_dir_all(mutants.results()) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).context("cannot clear the last results");
        }
        _ => fs::create_dir_all(&mutants.folder)?,
    }
    process::run(cargo::command(workspace, &["test", "--quiet", "--locked"]).args(TABLES))?;
    let on_tables = mutants.tried(&ON_TABLES)?;
    println!("on the tables: {on_tables}");
    if on_tables.is_done() {
        return on_tables.verdict();
    }
    let on_all = mutants.tried(&ON_ALL)?;
    println!("on all tests, what was missed there: {on_all}");
    on_all.verdict()
}

struct Mutants<'a> {
    workspace: &'a Workspace,
    args: &'a Args,
    program: PathBuf,
    folder: PathBuf,
}

impl Mutants<'_> {
    /// Where cargo-mutants says what became of each fault.
    fn results(&self) -> PathBuf {
        self.folder.join("mutants.out")
    }

    /// Tries the faults; .cargo/mutants.toml says which, and how they are built.
    fn tried(&self, how: &[&str]) -> anyhow::Result<Outcomes> {
        // It ends without success when the tests miss a fault, but also when one made them hang, which they saw by that.
        let ended = process::run(&mut self.command(how));
        let file = self.results().join("outcomes.json");
        match (fs::read(&file), ended) {
            (Ok(outcomes), _) => {
                serde_json::from_slice(&outcomes).context("cargo-mutants wrote something else than expected")
            }
            (Err(_), Err(ended)) => Err(ended),
            (Err(error), Ok(())) => Err(error).with_context(|| format!("cannot read `{}`", file.display())),
        }
    }

    fn command(&self, how: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -v {MOST_MEMORY} && exec \"$0\" \"$@\"")]).arg(&self.program);
        command.args(["mutants", "--package", "core-wasm", "--no-shuffle", "--colors", "never", "--no-times"]);
        command.args(["--jobs", &self.args.jobs.to_string(), "--output"]).arg(&self.folder).args(how);
        for file in &self.args.file {
            command.args(["--file", file]);
        }
        if let Some(shard) = &self.args.shard {
            command.args(["--shard", shard]);
        }
        command.args(&self.args.further);
        cargo::as_of_a_shell(self.workspace, &mut command);
        // Each copy has a target folder of its own.
        command.envs(PROPERTY_TESTS).env_remove("CARGO_TARGET_DIR");
        command
    }
}

/// What became of the faults.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Outcomes {
    total_mutants: u64,
    caught: u64,
    missed: u64,
    timeout: u64,
    /// Those that do not compile.
    unviable: u64,
}

impl Outcomes {
    /// Whether nothing is left to be tried.
    fn is_done(self) -> bool {
        self.caught.saturating_add(self.unviable) == self.total_mutants
    }

    fn verdict(self) -> anyhow::Result<()> {
        let Self { total_mutants: all, caught, missed, timeout, unviable } = self;
        if missed > 0 {
            bail!("the tests miss {missed} faults: see target/mutants/mutants.out/missed.txt");
        }
        if caught.saturating_add(timeout) == 0 || caught.saturating_add(timeout).saturating_add(unviable) != all {
            bail!("not every fault was tried: see target/mutants/mutants.out");
        }
        println!("no fault is missed");
        Ok(())
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { total_mutants: all, caught, missed, timeout, unviable } = self;
        write!(
            formatter,
            "{all} faults, {caught} seen, {timeout} made the tests hang, {unviable} do not compile, {missed} missed"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(outcomes: [u64; 5]) -> anyhow::Result<()> {
        let [total_mutants, caught, missed, timeout, unviable] = outcomes;
        Outcomes { total_mutants, caught, missed, timeout, unviable }.verdict()
    }

    #[test]
    fn a_fault_that_is_missed_or_left_out_is_no_success() {
        assert!(verdict([6, 3, 0, 2, 1]).is_ok());
        assert!(verdict([6, 3, 1, 1, 1]).unwrap_err().to_string().contains("miss 1 faults"));
        assert!(verdict([6, 3, 0, 1, 1]).unwrap_err().to_string().contains("not every fault"));
        assert!(verdict([0, 0, 0, 0, 0]).is_err(), "nothing was tried");
        assert!(verdict([4, 0, 0, 0, 4]).is_err(), "nothing compiled");
    }
}
