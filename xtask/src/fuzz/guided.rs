//! libFuzzer on the rules, compiled natively so that it sees what an input reaches.
//!
//! The compiler's own option for this is for nightly toolchains; the pass behind it is not, and these flags are those that
//! cargo-fuzz gives.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use crate::setup::cxx;
use crate::workspace::Workspace;
use crate::{cargo, process};

/// The crate, which is no member of the workspace.
const MANIFEST: &str = "tests/fuzz/guided/Cargo.toml";
/// Its programs that are fuzzed: one for each form of a call.
const TARGETS: [&str; 2] = ["json", "compact"];

const INSTRUMENTED: [&str; 6] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Seconds after which one input counts as a hang: a million times what a usual one takes.
const HANG: u32 = 10;
/// Longest input, in bytes: some ten calls.
const LONGEST: u32 = 16_384;
/// Megabytes of memory above which an input counts as a fault.
const MOST_MEMORY: u32 = 2_048;

/// Fuzzes each target for so long, beginning with the cases and with what was found by earlier runs.
pub(super) fn run(workspace: &Workspace, minutes: f64, seed: u32) -> anyhow::Result<()> {
    cxx::ensure()?;
    let folder = workspace.root.join("target/fuzz");
    let built = workspace.target.join("fuzz-build");
    let seeds = folder.join("seeds");
    let mut write_seeds = cargo::command(workspace, &["run", "--quiet", "--locked", "--package", "core-wasm"]);
    write_seeds.args(["--example", "fuzz_seeds", "--"]);
    process::run(write_seeds.arg(workspace.root.join("tests/cases")).arg(&seeds))?;

    // With a target named, the flags are not for build scripts.
    let host = process::output(Command::new("rustc").args(["--print", "host-tuple"]).current_dir(&workspace.root))?;
    let host = host.trim();
    let mut build =
        cargo::command(workspace, &["build", "--quiet", "--locked", "--release", "--manifest-path", MANIFEST]);
    build.arg("--target-dir").arg(&built).args(["--target", host]);
    for target in TARGETS {
        build.args(["--bin", target]);
    }
    process::run(build.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", INSTRUMENTED.join("\u{1f}")))?;

    for target in TARGETS {
        let program = built.join(host).join("release").join(target);
        fuzz(&program, target, &folder, minutes, seed)?;
    }
    Ok(())
}

fn fuzz(program: &Path, target: &str, folder: &Path, minutes: f64, seed: u32) -> anyhow::Result<()> {
    let (corpus, log) = (folder.join("corpus").join(target), folder.join(format!("{target}.log")));
    fs::create_dir_all(&corpus)?;
    let output = File::create(&log).with_context(|| format!("cannot write `{}`", log.display()))?;
    let mut fuzz = Command::new(program);
    fuzz.arg(&corpus).arg(folder.join("seeds").join(target));
    fuzz.arg(format!("-max_total_time={}", seconds(minutes))).arg(format!("-seed={seed}"));
    fuzz.arg(format!("-timeout={HANG}")).arg(format!("-max_len={LONGEST}")).arg(format!("-rss_limit_mb={MOST_MEMORY}"));
    fuzz.arg(format!("-artifact_prefix={}/{target}-", folder.display())).arg("-print_final_stats=1");
    if target == "json" {
        fuzz.arg(format!("-dict={}", folder.join("seeds/words").display()));
    }
    let ended = process::run(fuzz.stderr(output));
    let log = fs::read_to_string(&log).with_context(|| format!("cannot read `{}`", log.display()))?;
    if let Err(fault) = ended {
        let last: Vec<&str> = log.lines().rev().take(40).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        bail!(
            "{fault}\n{}\nrun `{} FILE` with the file named there to see it again",
            last.join("\n"),
            program.display()
        );
    }
    println!("{target}: {}", summary(&log).with_context(|| format!("`{target}` told nothing of what it did"))?);
    Ok(())
}

fn seconds(minutes: f64) -> u64 {
    std::time::Duration::from_secs_f64((minutes * 60.0).max(1.0)).as_secs()
}

/// What libFuzzer says at its end, in a line.
fn summary(log: &str) -> Option<String> {
    let number = |name: &str| log.lines().rev().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let inputs = number("stat::number_of_executed_units:")?;
    // As in `#5 DONE cov: 17 ft: 20 corp: 3/9b lim: 4 exec/s: 0 rss: 30Mb`.
    let done = log.lines().rev().find_map(|line| line.split_once("DONE")?.1.split_once("cov: "))?.1;
    let mut words = done.split_whitespace();
    let edges = words.next()?;
    let corpus = words.find(|word| *word == "corp:").and_then(|_| words.next())?;
    let slowest = number("stat::slowest_unit_time_sec:")?;
    Some(format!("{inputs} inputs, {edges} edges reached by {corpus}, slowest {slowest} s, no fault"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_what_the_fuzzer_says_at_its_end() {
        let log = "#9\tNEW    cov: 2 ft: 2 corp: 1/1b\n#5000\tDONE   cov: 1703 ft: 9020 corp: 1300/901Kb lim: 4096 exec/s: 10 rss: 70Mb\n\
                   Done 5000 runs in 3 second(s)\nstat::number_of_executed_units: 5000\nstat::slowest_unit_time_sec: 0\n";
        let summary = summary(log).unwrap();
        assert_eq!(summary, "5000 inputs, 1703 edges reached by 1300/901Kb, slowest 0 s, no fault");
        assert_eq!(super::summary("==1== ERROR: libFuzzer: timeout\n"), None);
    }

    #[test]
    fn no_run_is_without_end() {
        assert_eq!(seconds(10.0), 600);
        assert_eq!(seconds(0.001), 1, "libFuzzer takes 0 for no limit");
    }
}
