//! `cargo xtask coverage`: which lines and regions of the rules their native tests reach. All of them, or it fails.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::setup::{cargo_tool, llvm_tools};
use crate::workspace::Workspace;
use crate::{cargo, process};

/// The folder of the rules' source, relative to the root.
const SOURCE: &str = "core-wasm/src";

/// What decides: folders and files of the source of which nothing may be left out.
const DECIDING: [&str; 10] = [
    "activation.rs",
    "deactivation.rs",
    "instants.rs",
    "mandates.rs",
    "overview.rs",
    "own.rs",
    "rules/",
    "sharing.rs",
    "situation.rs",
    "terms/",
];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also write the source with what was reached to target/coverage/html.
    #[arg(long)]
    html: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let folder = workspace.root.join("target/coverage");
    fs::create_dir_all(&folder)?;
    let export = folder.join("export.json");
    process::run(llvm_cov(workspace)?.args(TESTS).args(["--json", "--output-path"]).arg(&export))?;
    if args.html {
        process::run(llvm_cov(workspace)?.args(["report", "--html", "--output-dir"]).arg(&folder))?;
    }
    let export = fs::read(&export).with_context(|| format!("cannot read `{}`", export.display()))?;
    let export = serde_json::from_slice(&export).context("llvm-cov wrote something else than expected")?;
    let files = reached(&export, &workspace.root.join(SOURCE));
    print!("{}", table(&files));
    verdict(&files)
}

/// All native tests of the rules, with the features that have any.
const TESTS: [&str; 7] = ["test", "--locked", "--package", "core-wasm", "--features", "policy,texts", "--tests"];

fn llvm_cov(workspace: &Workspace) -> anyhow::Result<std::process::Command> {
    let tools = llvm_tools::ensure(workspace)?;
    let program = cargo_tool::LLVM_COV.ensure(workspace)?;
    let mut command = cargo::command(workspace, &["llvm-cov"]);
    // Cargo finds the command on the path.
    let found = [program.parent().map(Path::to_path_buf)].into_iter().flatten();
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env("PATH", std::env::join_paths(found.chain(std::env::split_paths(&path)))?);
    command.env("LLVM_COV", tools.cov).env("LLVM_PROFDATA", tools.profdata);
    Ok(command)
}

/// What llvm-cov exports, as far as it is read here. Its own summaries are not: of code that is compiled more than once, as a
/// library and with its unit tests, they count the copy that was reached best, and not what any was.
#[derive(Deserialize)]
struct Export {
    data: Vec<Coverage>,
}

#[derive(Deserialize)]
struct Coverage {
    files: Vec<File>,
    functions: Vec<Function>,
}

#[derive(Deserialize)]
struct File {
    filename: PathBuf,
    segments: Vec<Segment>,
}

/// A place from which on another count holds.
#[derive(Clone, Copy, Deserialize)]
#[serde(from = "(u64, u64, u64, bool, bool, bool)")]
struct Segment {
    line: u64,
    count: u64,
    is_counted: bool,
    begins_region: bool,
    is_gap: bool,
}

impl From<(u64, u64, u64, bool, bool, bool)> for Segment {
    fn from((line, _column, count, is_counted, begins_region, is_gap): (u64, u64, u64, bool, bool, bool)) -> Self {
        Self { line, count, is_counted, begins_region, is_gap }
    }
}

/// One piece of compiled code: a generic function has several.
#[derive(Deserialize)]
struct Function {
    filenames: Vec<PathBuf>,
    /// Begin and end as line and column, how often it was reached, the number of its file, that of an expanded macro, kind.
    regions: Vec<[u64; 8]>,
}

/// The kind of a region that is code, and no gap or expansion.
const CODE: u64 = 0;

/// What was reached of one file.
#[derive(Default)]
struct Reached {
    /// Lines with code, and whether any of it was reached.
    lines: BTreeMap<u64, bool>,
    /// Begin and end of each region as line and column, and how often it was reached.
    regions: BTreeMap<[u64; 4], u64>,
}

impl Reached {
    fn missed(&self) -> impl Iterator<Item = &[u64; 4]> {
        self.regions.iter().filter_map(|(place, count)| (*count == 0).then_some(place))
    }

    fn is_all(&self) -> bool {
        self.missed().next().is_none() && self.lines.values().all(|is_reached| *is_reached)
    }
}

/// Files of the source by their path in it.
fn reached(export: &Export, source: &Path) -> BTreeMap<String, Reached> {
    let within = |file: &Path| file.strip_prefix(source).ok().map(|file| file.display().to_string());
    let mut files: BTreeMap<String, Reached> = BTreeMap::new();
    for function in export.data.iter().flat_map(|coverage| &coverage.functions) {
        for &[line, column, last_line, last_column, count, file, _, kind] in &function.regions {
            let file = usize::try_from(file).ok().and_then(|file| function.filenames.get(file));
            let Some(file) = file.and_then(|file| within(file)).filter(|_| kind == CODE) else { continue };
            let place = [line, column, last_line, last_column];
            let reached = files.entry(file).or_default().regions.entry(place).or_default();
            *reached = reached.saturating_add(count);
        }
    }
    for file in export.data.iter().flat_map(|coverage| &coverage.files) {
        if let Some(name) = within(&file.filename) {
            files.entry(name).or_default().lines = lines(&file.segments);
        }
    }
    files
}

/// Lines with code as llvm-cov counts them: one is reached if what goes on from the line before is, or what begins on it.
fn lines(segments: &[Segment]) -> BTreeMap<u64, bool> {
    let mut lines = BTreeMap::new();
    let mut before: Option<Segment> = None;
    let ends = segments.first().zip(segments.last());
    for line in ends.map_or(0..=0, |(first, last)| first.line..=last.line) {
        let here: Vec<Segment> = segments.iter().copied().filter(|segment| segment.line == line).collect();
        let goes_on = before.filter(|segment| segment.is_counted).map(|segment| segment.count);
        let begins = here.iter().filter(|segment| segment.is_counted && segment.begins_region && !segment.is_gap);
        let begins = begins.map(|segment| segment.count).max();
        let is_skipped = here.first().is_some_and(|segment| !segment.is_counted && segment.begins_region);
        if let Some(count) = goes_on.max(begins).filter(|_| !is_skipped) {
            lines.insert(line, count > 0);
        }
        before = here.last().copied().or(before);
    }
    lines
}

fn decides(file: &str) -> bool {
    DECIDING.iter().any(|part| if part.ends_with('/') { file.starts_with(part) } else { file == *part })
}

fn table(files: &BTreeMap<String, Reached>) -> String {
    let mut table = format!("{SOURCE:<34}{:>12}{:>14}\n", "lines", "regions");
    for (name, file) in files {
        let lines = format!("{}/{}", file.lines.values().filter(|is_reached| **is_reached).count(), file.lines.len());
        let regions = format!("{}/{}", file.regions.len() - file.missed().count(), file.regions.len());
        let row = format!("{name:<34}{lines:>12}{regions:>14}  {}", if decides(name) { "decides" } else { "" });
        let _infallible = writeln!(table, "{}", row.trim_end());
    }
    table
}

/// Prints what was not reached, and fails if that is part of what decides.
fn verdict(files: &BTreeMap<String, Reached>) -> anyhow::Result<()> {
    for (name, file) in files {
        for [line, column, last_line, last_column] in file.missed() {
            println!("not reached: {SOURCE}/{name}:{line}:{column} to {last_line}:{last_column}");
        }
    }
    if let Some(part) = DECIDING.iter().find(|part| !files.keys().any(|file| file.starts_with(*part))) {
        bail!("`{SOURCE}/{part}` was not compiled, or is not there any more");
    }
    let wanting = files.iter().filter(|(name, file)| decides(name) && !file.is_all());
    let wanting: Vec<&str> = wanting.map(|(name, _)| name.as_str()).collect();
    if !wanting.is_empty() {
        bail!("the tests do not reach all of {}", wanting.join(", "));
    }
    println!("every line and region of what decides is reached");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A function compiled twice, each time with another half reached, and one that only `last` says whether it was.
    fn export(file: &str, last: u64) -> Export {
        let file = format!("/at/{SOURCE}/{file}");
        serde_json::from_value(serde_json::json!({"data": [{
            "files": [{"filename": file, "segments": [
                [1, 1, 7, true, true, false], [2, 2, 0, false, false, false],
                [3, 1, 1, true, true, false], [3, 9, 0, false, false, false],
                [5, 1, last, true, true, false], [7, 2, 0, false, false, false],
            ]}],
            "functions": [
                {"filenames": [file], "regions": [[1, 1, 2, 2, 7, 0, 0, 0], [3, 1, 3, 9, 0, 0, 0, 0]]},
                {"filenames": [file], "regions": [[1, 1, 2, 2, 0, 0, 0, 0], [3, 1, 3, 9, 1, 0, 0, 0]]},
                {"filenames": ["/elsewhere"], "regions": [[1, 1, 2, 2, 0, 0, 0, 0]]},
                {"filenames": [file], "regions": [[5, 1, 7, 2, last, 0, 0, 0], [6, 1, 6, 2, 0, 0, 0, 3]]},
            ],
        }]}))
        .unwrap()
    }

    #[test]
    fn what_one_of_several_copies_reached_is_reached() {
        let source = Path::new("/at").join(SOURCE);
        assert!(reached(&export("rules/queue.rs", 1), &source)["rules/queue.rs"].is_all());
        let most = reached(&export("rules/queue.rs", 0), &source);
        assert_eq!(most["rules/queue.rs"].missed().collect::<Vec<_>>(), [&[5, 1, 7, 2]]);
        let lines = [(1, true), (2, true), (3, true), (5, false), (6, false), (7, false)];
        assert_eq!(most["rules/queue.rs"].lines, BTreeMap::from(lines));
        assert_eq!(most.len(), 1, "what is elsewhere is not ours");
    }

    #[test]
    fn a_part_that_is_not_there_is_no_success() {
        let source = Path::new("/at").join(SOURCE);
        let fault = verdict(&reached(&export("rules/queue.rs", 1), &source)).unwrap_err();
        assert!(fault.to_string().contains("activation.rs"), "{fault}");
        let whole: BTreeMap<String, Reached> = DECIDING
            .iter()
            .flat_map(|part| {
                let file = if part.ends_with('/') { format!("{part}one.rs") } else { (*part).to_owned() };
                reached(&export(&file, u64::from(*part != "own.rs")), &source)
            })
            .collect();
        let fault = verdict(&whole).unwrap_err();
        assert!(fault.to_string().ends_with("not reach all of own.rs"), "{fault}");
    }

    #[test]
    fn a_file_decides_by_its_name_and_place() {
        assert!(decides("rules/mod.rs") && decides("own.rs") && !decides("texts/own.rs") && !decides("json/read.rs"));
    }
}
