//! `turnpike person …` and `turnpike mandate …`: hand over what is on file, and erase it.
//!
//! Exit codes of `erase`: 0 it is done, 3 it is begun and something is under way still: the same command goes on.

mod mandate;
mod person;
mod told;

use std::{
    io::{self, BufRead as _, Write as _},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::{Args, Subcommand};
use serde_json::Value;

use super::{CommandError, Common, actor::actor, print, reason::reason, write_all};
use crate::{
    app,
    config::{self, Config},
    directory::Actor,
    erasure::Receipt,
};

/// Begun, and not done.
const WAITS: u8 = 3;

/// Subcommands of `turnpike person`.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum PersonCommand {
    /// Write everything that the database holds about a person, as one JSON object
    #[command(after_help = "Example:\n  turnpike person export u-1 --output u-1.json")]
    Export(person::ExportArguments),
    /// End all that a person has, and take the person out of every table
    #[command(
        after_help = "Exit codes: 0 done, 3 begun, and something is under way still: the same command goes on.\n\n\
        Example:\n  turnpike person erase u-1 --yes --reason 'asked for on 3 March, ticket 4711'"
    )]
    Erase(person::EraseArguments),
}

/// Subcommands of `turnpike mandate`.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum MandateCommand {
    /// Write a mandate as a document that can be imported, with its history, as one JSON object
    #[command(after_help = "Example:\n  turnpike mandate export m-1 --output m-1.json")]
    Export(mandate::ExportArguments),
    /// End a mandate's billing, delete it, and take whoever was in it out of what stays
    #[command(
        after_help = "Exit codes: 0 done, 3 begun, and something is under way still: the same command goes on.\n\n\
        Example:\n  turnpike mandate erase m-1 --yes --reason 'the contract ended'"
    )]
    Erase(mandate::EraseArguments),
}

/// Where a JSON object goes.
#[derive(Clone, Debug, Args)]
struct Output {
    /// The file to write (mode 0600); without it standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// As JSON, which is the only form there is
    #[arg(long)]
    json: bool,
}

/// How something is erased.
#[derive(Clone, Debug, Args)]
struct Erasing {
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// For how long to wait for what is under way
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = span)]
    wait: Duration,
    /// Why, for the audit trail. Name nobody
    #[arg(long, value_name = "TEXT", value_parser = reason, default_value = "not said")]
    reason: String,
    /// Print the receipt as one JSON object
    #[arg(long)]
    json: bool,
}

impl Erasing {
    fn actor(&self) -> Actor {
        let (name, origin) = actor();
        Actor::operator(name, origin, self.reason.clone())
    }
}

/// Why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// Somebody said no, or nobody was there to say yes.
    #[error("nothing was done: answer `yes`, or add --yes")]
    NotConfirmed,
}

/// Runs a subcommand of `turnpike person`.
///
/// # Errors
/// When the configuration is wrong, the database does not answer, or nobody is meant.
pub(super) async fn run_person(command: &PersonCommand) -> Result<ExitCode, CommandError> {
    match command {
        PersonCommand::Export(arguments) => person::export(arguments).await.map(|()| ExitCode::SUCCESS),
        PersonCommand::Erase(arguments) => person::erase(arguments).await,
    }
}

/// Runs a subcommand of `turnpike mandate`.
///
/// # Errors
/// When the configuration is wrong, the database does not answer, or no mandate is meant.
pub(super) async fn run_mandate(command: &MandateCommand) -> Result<ExitCode, CommandError> {
    match command {
        MandateCommand::Export(arguments) => mandate::export(arguments).await.map(|()| ExitCode::SUCCESS),
        MandateCommand::Erase(arguments) => mandate::erase(arguments).await,
    }
}

fn span(text: &str) -> Result<Duration, String> {
    config::duration(text).ok_or_else(|| "it must be a duration such as `10s`, `5m` or `2h`".to_owned())
}

fn write(output: &Output, value: &Value) -> Result<(), CommandError> {
    let text = format!("{}\n", serde_json::to_string_pretty(value)?);
    match &output.output {
        Some(file) => Ok(super::export::write_private(file, &text)?),
        None => write_all(&text),
    }
}

/// Asks on standard error, and waits for `yes`.
fn confirm(question: &str) -> Result<(), CommandError> {
    let mut out = io::stderr().lock();
    write!(out, "{question} [yes/no] ")?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if answer.trim().eq_ignore_ascii_case("yes") { Ok(()) } else { Err(Error::NotConfirmed.into()) }
}

async fn configured(common: &Common) -> Result<(Config, app::OpenStore), CommandError> {
    let config = common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    crate::ports::store::Upkeep::ready(&store).await?;
    Ok((config, store))
}

fn tell<T: serde::Serialize>(as_json: bool, value: &T, text: &str) -> Result<(), CommandError> {
    if as_json { print(&serde_json::to_string_pretty(value)?) } else { print(text) }
}

fn done(erasing: &Erasing, receipt: &Receipt) -> Result<ExitCode, CommandError> {
    tell(erasing.json, receipt, &told::receipt(receipt))?;
    Ok(ExitCode::SUCCESS)
}

/// Begun, and what the rest waits for.
fn begun(waits_for: &str) -> ExitCode {
    eprintln!("begun, not done: {waits_for}. Run it again to go on");
    ExitCode::from(WAITS)
}
