//! `cargo xtask mutants`: plants one fault after another into the rules and fails unless their native tests see every one.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;
use std::{fmt, fs};

use anyhow::{Context, bail};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::setup::cargo_tool;
use crate::workspace::Workspace;
use crate::{cargo, process};

/// Kilobytes of memory of one program: a fault may make a loop that never ends and keeps all it makes.
const MOST_MEMORY: u32 = 6 * 1024 * 1024;

/// Seconds of processor time of one test program: another fault may make a loop that keeps nothing. They take a tenth of it,
/// however busy the machine is, and one that is ended by it has failed: the fault is seen.
const MOST_COMPUTED: u32 = 30;

/// Seconds of wall-clock time of one call of cargo, for all else: no test waits for anything, so that it says nothing about
/// a fault when they are over, and the run fails.
const MOST_WAITED: &str = "1800";

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

/// Quickly compiled, and enough for most faults: every situation of the tables, in one test.
const TABLES: [&str; 3] =
    ["--package=decision-space", "--test=native", "the_rules_answer_every_situation_as_the_tables_do"];
/// The same for cargo-mutants. That it succeeds without a fault was looked at before.
const ON_TABLES: [&str; 5] = [
    "--test-package=decision-space",
    "--cargo-arg=--test=native",
    "--cargo-test-arg=the_rules_answer_every_situation_as_the_tables_do",
    "--baseline",
    "skip",
];
/// What no call of the tables gets to: only tried on all native tests.
const OUT_OF_TABLES: [&str; 5] = [
    "--exclude=core-wasm/src/abi.rs",
    "--exclude=core-wasm/src/compact/**",
    "--exclude=core-wasm/src/instants.rs",
    "--exclude=core-wasm/src/settings.rs",
    "--exclude=core-wasm/src/texts/**",
];
/// All native tests, for the faults that the tables miss.
const ON_ALL: [&str; 4] = ["--iterate", "--test-package=core-wasm", "--cargo-arg=--lib", "--cargo-arg=--tests"];

/// An option of cargo: how it starts a program that it built.
fn within_limits() -> String {
    format!("--config=target.'cfg(unix)'.runner=['sh', '-c', '{}']", computing_at_most(MOST_COMPUTED))
}

/// A script for `sh` that becomes the program it is given, which is killed when it has computed for so many seconds.
fn computing_at_most(seconds: u32) -> String {
    format!("ulimit -t {seconds} && exec \"$0\" \"$@\"")
}

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
    process::run(cargo::command(workspace, &["test", "--quiet", "--locked"]).arg(within_limits()).args(TABLES))?;
    let on_tables = mutants.tried(&[&ON_TABLES[..], &OUT_OF_TABLES].concat())?;
    println!("on the tables: {on_tables}");
    let on_all = mutants.tried(&ON_ALL)?;
    println!("on all tests, what these did not see: {on_all}");
    verdict(on_tables, on_all)
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
        // It ends without success when the tests miss a fault: its file says which.
        let ended = process::run(&mut self.command(how));
        // When it is stopped it tells of those that it has tried only.
        let planned: Vec<IgnoredAny> = match (self.read("mutants.json"), ended) {
            (Ok(planned), _) => planned,
            (Err(_), Err(ended)) => return Err(ended),
            (Err(error), Ok(())) => return Err(error),
        };
        if planned.is_empty() {
            return Ok(Outcomes::default());
        }
        let outcomes: Outcomes = self.read("outcomes.json")?;
        outcomes.are_of_all(planned.len())?;
        Ok(outcomes)
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> anyhow::Result<T> {
        let file = self.results().join(name);
        let written = fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        serde_json::from_slice(&written)
            .with_context(|| format!("`{}` is something else than expected", file.display()))
    }

    fn command(&self, how: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -v {MOST_MEMORY} && exec \"$0\" \"$@\"")]).arg(&self.program);
        command.args(["mutants", "--package", "core-wasm", "--no-shuffle", "--colors", "never", "--no-times"]);
        command.args(["--timeout", MOST_WAITED]).arg(format!("--cargo-arg={}", within_limits()));
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
#[derive(Clone, Copy, Debug, Default, Deserialize)]
struct Outcomes {
    total_mutants: u64,
    caught: u64,
    missed: u64,
    timeout: u64,
    /// Those that do not compile.
    unviable: u64,
}

impl Outcomes {
    fn are_of_all(self, planned: usize) -> anyhow::Result<()> {
        if u64::try_from(planned)? != self.total_mutants {
            bail!("only {} of {planned} faults were tried", self.total_mutants);
        }
        Ok(())
    }
}

/// Success when every fault was seen, on the tables or, if they did not see it, on all tests.
fn verdict(on_tables: Outcomes, on_all: Outcomes) -> anyhow::Result<()> {
    let Outcomes { total_mutants: all, caught, missed, timeout, unviable } = on_all;
    if missed > 0 {
        bail!("the tests miss {missed} faults: see target/mutants/mutants.out/missed.txt");
    }
    if timeout > 0 {
        bail!("{timeout} faults were not decided within {MOST_WAITED} s: see target/mutants/mutants.out/timeout.txt");
    }
    if caught.saturating_add(unviable) != all || caught.saturating_add(on_tables.caught) == 0 {
        bail!("not every fault was tried: see target/mutants/mutants.out");
    }
    println!("no fault is missed");
    Ok(())
}

impl fmt::Display for Outcomes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { total_mutants: all, caught, missed, timeout, unviable } = self;
        write!(
            formatter,
            "{all} faults, {caught} seen, {missed} missed, {timeout} not decided, {unviable} do not compile"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes([total_mutants, caught, missed, timeout, unviable]: [u64; 5]) -> Outcomes {
        Outcomes { total_mutants, caught, missed, timeout, unviable }
    }

    fn limited(script: &str) -> std::process::ExitStatus {
        let mut program = Command::new("sh");
        program.args(["-c", &computing_at_most(1), "sh", "-c", script]);
        program.status().unwrap()
    }

    #[test]
    fn a_program_that_computes_without_end_is_killed_and_one_that_ends_keeps_its_status() {
        use std::os::unix::process::ExitStatusExt;
        assert!(limited("while :; do :; done").signal().is_some());
        assert_eq!(limited("exit 3").code(), Some(3));
        assert_eq!(limited("true").code(), Some(0));
    }

    #[test]
    fn a_fault_that_is_missed_or_left_out_is_no_success() {
        let after = |on_tables, on_all| verdict(outcomes(on_tables), outcomes(on_all));
        const NONE: [u64; 5] = [0; 5];
        const SEEN: [u64; 5] = [6, 5, 0, 0, 1];
        assert!(after(SEEN, NONE).is_ok());
        assert!(after(NONE, SEEN).is_ok());
        assert!(after([9, 3, 5, 1, 0], SEEN).is_ok(), "all tests decide about what the tables miss");
        assert!(after(SEEN, [6, 3, 1, 1, 1]).unwrap_err().to_string().contains("miss 1 faults"));
        assert!(after(SEEN, [6, 4, 0, 1, 1]).unwrap_err().to_string().contains("not decided"));
        assert!(after(SEEN, [6, 4, 0, 0, 1]).unwrap_err().to_string().contains("not every fault"));
        assert!(after(NONE, NONE).is_err(), "nothing was tried");
        assert!(after([4, 0, 0, 0, 4], NONE).is_err(), "nothing compiled");
    }

    #[test]
    fn a_run_that_was_stopped_is_no_run() {
        assert!(outcomes([5, 5, 0, 0, 0]).are_of_all(349).is_err());
        assert!(outcomes([5, 5, 0, 0, 0]).are_of_all(5).is_ok());
    }
}
