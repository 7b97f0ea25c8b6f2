//! Asks every runtime all cases and the decision space, and prints who answered what and how fast.
#![expect(clippy::disallowed_methods, reason = "it measures")]

mod asked;
mod compact;
mod hostile;
mod native;
mod program;
mod report;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, Result};
use clap::Parser;

use crate::{asked::Asked, compact::Compact, program::Program, report::Line};

#[derive(Parser)]
#[command(about = "Compare what every runtime answers to all cases and to the decision space.")]
struct Args {
    /// policy.wasm.
    #[arg(long, value_name = "FILE")]
    module: PathBuf,
    /// Ask every N-th situation only.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    every: u32,
    /// Where calls and answers are written.
    #[arg(long, value_name = "FOLDER")]
    work: PathBuf,
    /// A runtime beside the native rules: a name and what is run, `name|program|argument…`. It is given three more
    /// arguments, MODULE CALLS ANSWERS, and prints the nanoseconds of all its decisions. A last `@PATH` is given in place of
    /// MODULE.
    #[arg(long = "runtime", value_name = "NAME|COMMAND")]
    runtimes: Vec<Program>,
    /// A runtime that is asked in the compact form: calls and answers are hexadecimal digits, and answers are compared as
    /// the JSON that they stand for. What is no call cannot be put to it.
    #[arg(long = "compact", value_name = "NAME|COMMAND")]
    compact: Vec<Program>,
    /// How many calls cannot be put to the runtime of this name; of others it is none: `name|number`.
    #[arg(long = "unaskable", value_name = "NAME|NUMBER", value_parser = unaskable)]
    unaskable: Vec<(String, usize)>,
    /// The name of a runtime that counts fuel, so that nothing in it goes on for ever.
    #[arg(long = "fuelled", value_name = "NAME")]
    fuelled: Vec<String>,
    /// Leave out how long decisions took: the programs were not optimised.
    #[arg(long)]
    untimed: bool,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    fs::create_dir_all(&args.work).with_context(|| format!("cannot make `{}`", args.work.display()))?;
    let asked = Asked::collect(usize::try_from(args.every)?)?;
    let calls = args.work.join("calls");
    fs::write(&calls, asked.calls())?;
    println!("{} cases, {} of {} situations", asked.cases, asked.situations, asked.space);

    let mut lines = natively(&asked, &args.work)?;
    for program in &args.runtimes {
        let (text, took) = answers(program, &args.module, &calls, &args.work)?;
        let unaskable = args.unaskable.iter().find(|(name, _)| *name == program.name).map_or(0, |(_, number)| *number);
        lines.push(Line::compare(&program.name, &asked, &text, took, unaskable));
    }
    lines.extend(in_the_compact_form(&asked, &args)?);
    print!("{}", report::table(&lines, !args.untimed));
    let hosts: Vec<&Program> = args.runtimes.iter().filter(|program| program.takes_any_module()).collect();
    let refusals = hostile::refuse(&hosts, &args.fuelled, &args.work)?;
    println!("{refusals} refusals of hostile modules by {} hosts", hosts.len());
    let agreed = lines.iter().all(Line::agrees);
    Ok(if agreed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The rules compiled into this program, in JSON.
fn natively(asked: &Asked, work: &Path) -> Result<Vec<Line>> {
    let (answers, took) = native::answers(asked);
    fs::write(work.join("answers-native"), &answers)?;
    fs::write(work.join("cases"), asked.cases.to_string())?;
    Ok(vec![Line::compare("native", asked, &answers, took, 0)])
}

/// The rules compiled into this program and whatever else reads the compact form.
fn in_the_compact_form(asked: &Asked, args: &Args) -> Result<Vec<Line>> {
    let compact = Compact::of(asked)?;
    let calls = args.work.join("calls-compact");
    fs::write(&calls, compact.calls())?;
    let compare = |name: &str, answers: &[u8], took| Line::compare(name, asked, answers, took, asked.no_calls());
    let (answered, took) = compact.native()?;
    let mut lines = vec![compare("native, compact", &answered, took)];
    for program in &args.compact {
        let (text, took) = answers(program, &args.module, &calls, &args.work)?;
        lines.push(compare(&program.name, &compact.in_json(&text)?, took));
    }
    Ok(lines)
}

/// What a program answers.
fn answers(program: &Program, module: &Path, calls: &Path, work: &Path) -> Result<(Vec<u8>, Duration)> {
    let answers = work.join(format!("answers-{}", program.file_name()));
    let took = program.run(module, calls, &answers)?;
    let text = fs::read(&answers).with_context(|| format!("cannot read `{}`", answers.display()))?;
    Ok((text, took))
}

/// `name|number`.
fn unaskable(text: &str) -> Result<(String, usize), String> {
    let parts = text.rsplit_once('|').and_then(|(name, number)| Some((name.to_owned(), number.parse().ok()?)));
    parts.ok_or_else(|| format!("`{text}` is not `name|number`"))
}
