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
const DECIDING: [&str; 9] = [
    "activation.rs",
    "deactivation.rs",
    "instants.rs",
    "mandates.rs",
    "overview.rs",
    "own.rs",
    "rules/",
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

/// What llvm-cov exports, as far as it is read here.
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
    summary: Summary,
}

#[derive(Clone, Copy, Deserialize)]
struct Summary {
    lines: Share,
    regions: Share,
}

#[derive(Clone, Copy, Deserialize)]
struct Share {
    count: u64,
    covered: u64,
}

impl Share {
    fn is_all(self) -> bool {
        self.covered == self.count
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
struct Reached {
    summary: Summary,
    /// Where nothing was, as line and column of begin and end.
    missed: Vec<[u64; 4]>,
}

/// Files of the source by their path in it.
fn reached(export: &Export, source: &Path) -> BTreeMap<String, Reached> {
    let within = |file: &Path| file.strip_prefix(source).ok().map(|file| file.display().to_string());
    let mut regions: BTreeMap<String, BTreeMap<[u64; 4], u64>> = BTreeMap::new();
    for function in export.data.iter().flat_map(|coverage| &coverage.functions) {
        for &[line, column, last_line, last_column, count, file, _, kind] in &function.regions {
            let file = usize::try_from(file).ok().and_then(|file| function.filenames.get(file));
            let Some(file) = file.and_then(|file| within(file)).filter(|_| kind == CODE) else { continue };
            let place = [line, column, last_line, last_column];
            let reached = regions.entry(file).or_default().entry(place).or_default();
            *reached = reached.saturating_add(count);
        }
    }
    let mut files = BTreeMap::new();
    for file in export.data.iter().flat_map(|coverage| &coverage.files) {
        let Some(name) = within(&file.filename) else { continue };
        let of_file = regions.remove(&name).unwrap_or_default();
        let missed = of_file.into_iter().filter_map(|(place, count)| (count == 0).then_some(place)).collect();
        files.insert(name, Reached { summary: file.summary, missed });
    }
    files
}

fn decides(file: &str) -> bool {
    DECIDING.iter().any(|part| if part.ends_with('/') { file.starts_with(part) } else { file == *part })
}

fn table(files: &BTreeMap<String, Reached>) -> String {
    let mut table = format!("{:<34}{:>12}{:>14}\n", SOURCE, "lines", "regions");
    let share = |share: Share| format!("{}/{}", share.covered, share.count);
    for (name, Reached { summary, .. }) in files {
        let mark = if decides(name) { "decides" } else { "" };
        let row = format!("{name:<34}{:>12}{:>14}  {mark}", share(summary.lines), share(summary.regions));
        let _infallible = writeln!(table, "{}", row.trim_end());
    }
    table
}

/// Prints what was not reached, and fails if that is part of what decides.
fn verdict(files: &BTreeMap<String, Reached>) -> anyhow::Result<()> {
    for (name, Reached { missed, .. }) in files {
        for [line, column, last_line, last_column] in missed {
            println!("not reached: {SOURCE}/{name}:{line}:{column} to {last_line}:{last_column}");
        }
    }
    if let Some(part) = DECIDING.iter().find(|part| !files.keys().any(|file| file.starts_with(*part))) {
        bail!("`{SOURCE}/{part}` was not compiled, or is not there any more");
    }
    let is_all =
        |file: &Reached| file.summary.lines.is_all() && file.summary.regions.is_all() && file.missed.is_empty();
    let wanting: Vec<&str> =
        files.iter().filter(|(name, file)| decides(name) && !is_all(file)).map(|(name, _)| name.as_str()).collect();
    if !wanting.is_empty() {
        bail!("the tests do not reach all of {}", wanting.join(", "));
    }
    println!("every line and region of what decides is reached");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A generic function compiled twice, each time with another half reached, and what nobody reached behind it.
    fn export(file: &str, last: u64) -> Export {
        serde_json::from_value(serde_json::json!({"data": [{
            "files": [{"filename": format!("/at/{SOURCE}/{file}"), "segments": [], "summary": {
                "lines": {"count": 9, "covered": 9}, "regions": {"count": 3, "covered": 3}
            }}],
            "functions": [
                {"filenames": [format!("/at/{SOURCE}/{file}")], "regions": [[1, 1, 2, 2, 7, 0, 0, 0], [3, 1, 3, 9, 0, 0, 0, 0]]},
                {"filenames": [format!("/at/{SOURCE}/{file}")], "regions": [[1, 1, 2, 2, 0, 0, 0, 0], [3, 1, 3, 9, 1, 0, 0, 0]]},
                {"filenames": ["/elsewhere"], "regions": [[1, 1, 2, 2, 0, 0, 0, 0]]},
                {"filenames": [format!("/at/{SOURCE}/{file}")], "regions": [[5, 1, 6, 2, last, 0, 0, 0], [6, 1, 6, 2, 0, 0, 0, 3]]},
            ],
        }]}))
        .unwrap()
    }

    #[test]
    fn what_one_of_several_copies_reached_is_reached() {
        let source = Path::new("/at").join(SOURCE);
        let all = reached(&export("rules/queue.rs", 1), &source);
        assert!(all["rules/queue.rs"].missed.is_empty());
        let most = reached(&export("rules/queue.rs", 0), &source);
        assert_eq!(most["rules/queue.rs"].missed, [[5, 1, 6, 2]]);
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
