//! Asks every runtime all cases and the decision space, and prints who answered what and how fast.
#![expect(clippy::disallowed_methods, reason = "it measures")]

mod asked;
mod hostile;
mod native;
mod program;
mod report;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::Parser;

use crate::{asked::Asked, program::Program, report::Line};

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

    let (answers, took) = native::answers(&asked);
    fs::write(args.work.join("answers-native"), &answers)?;
    fs::write(args.work.join("cases"), asked.cases.to_string())?;
    let mut lines = vec![Line::compare("native", &asked, &answers, took)];
    for program in &args.runtimes {
        let answers = args.work.join(format!("answers-{}", program.file_name()));
        let took = program.run(&args.module, &calls, &answers)?;
        let text = fs::read(&answers).with_context(|| format!("cannot read `{}`", answers.display()))?;
        lines.push(Line::compare(&program.name, &asked, &text, took));
    }
    print!("{}", report::table(&lines, !args.untimed));
    let hosts: Vec<&Program> = args.runtimes.iter().filter(|program| program.takes_any_module()).collect();
    let refusals = hostile::refuse(&hosts, &args.fuelled, &args.work)?;
    println!("{refusals} refusals of hostile modules by {} hosts", hosts.len());
    let agreed = lines.iter().all(Line::agrees);
    Ok(if agreed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
