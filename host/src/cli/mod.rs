//! The subcommands of `turnpike`, and how they end: 0 done, 1 failed, 2 the command line or the configuration is wrong.

mod actor;
mod audit;
mod catalog;
mod columns;
mod decisions;
mod doctor;
mod erasure;
pub mod export;
pub mod import;
mod ledger;
pub mod migrate;
pub mod openapi;
mod outbox;
mod pause;
pub mod policy;
mod reason;
pub mod reconcile;
pub mod serve;
mod since;

use std::{error::Error, io, path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::{
    app::{AppError, open_store},
    config::{Config, ConfigError, Flag, SETTINGS, Sources},
    ports::store::{StoreError, Upkeep, transfer::LoadMode},
};

/// The self-hosted feature store for multi-tenant SaaS
#[derive(Debug, Parser)]
#[command(name = "turnpike", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service until SIGTERM or Ctrl-C
    Serve(serve::Arguments),
    /// Bring the database to the schema of this binary
    Migrate(Common),
    /// Load a `feature-store-fixture/1` document into the database
    Import(ImportArguments),
    /// Write everything in the database as a `feature-store-fixture/1` document
    Export(ExportArguments),
    /// List what changed, by whom and from where, show one entry, or verify that none is missing or changed
    #[command(after_help = "Examples:\n  turnpike audit --since 7d --mandate m-seeland\n  \
        turnpike audit --who operator:ann@web1 --json\n  turnpike audit show 4711\n  turnpike audit verify")]
    Audit(audit::Arguments),
    /// Plans and features as code: tell what a file would change, and make it so
    #[command(subcommand)]
    Catalog(catalog::Command),
    /// Look at billing operations, and settle one by hand
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Look at mails that are not sent, and try them again
    #[command(subcommand)]
    Outbox(outbox::Command),
    /// Hand over what is on file about a person, and erase a person
    #[command(subcommand)]
    Person(erasure::PersonCommand),
    /// Hand over what is on file about a mandate, and erase a mandate
    #[command(subcommand)]
    Mandate(erasure::MandateCommand),
    /// Keep all hosts from billing anything new
    #[command(after_help = "Example:\n  turnpike pause billing --reason 'Stripe is being moved to another account'")]
    Pause(pause::PauseArguments),
    /// Let go on what was paused
    #[command(after_help = "Example:\n  turnpike resume billing")]
    Resume(pause::ResumeArguments),
    /// Look at policy modules, try one, bring an earlier one back, and look at what was decided
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Compare subscriptions with the billing provider, and repair what is safe
    Reconcile(reconcile::Arguments),
    /// Say what is wrong with this deployment: configuration, database, policy, and whether all hosts agree
    Doctor(doctor::Arguments),
    /// Print the OpenAPI document of the HTTP API
    Openapi,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    #[command(flatten)]
    Module(policy::Command),
    /// List decisions on record, the newest first, or show one
    #[command(after_help = "Examples:\n  turnpike policy log --refused --since 7d\n  \
        turnpike policy log 0190f0f0-1111-7222-8333-444455556666\n  \
        turnpike policy log 0190f0f0-1111-7222-8333-444455556666 --call > call.json")]
    Log(decisions::log::Arguments),
    /// Make every decision again, by the module and under the settings that made it
    #[command(
        after_help = "Exit codes: 0 every answer is the same, 1 one is not or could not be made again, 2 it could not be found out.\n\n\
        Example:\n  turnpike policy replay --since 30d"
    )]
    Replay(decisions::replay::Arguments),
    /// Tell what another module, or other settings, would change
    #[command(
        after_help = "Exit codes: 0 nothing would change, 1 something would or something could not be compared, 2 it \
        could not be found out or the candidate cannot be loaded.\n\n\
        Example:\n  turnpike policy diff --settings words.toml --live --names"
    )]
    Diff(decisions::diff::Arguments),
}

/// What every command with a configuration takes.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// TOML file with settings; `TURNPIKE_CONFIG` names one too, and `TURNPIKE_*` variables override it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Common {
    fn load(&self, flags: Vec<Flag>) -> Result<Config, ConfigError> {
        Config::load(&Sources::of_process(self.config.clone(), flags))
    }
}

/// The schema is brought up to date first. A running server sees what was loaded with its next request.
#[derive(Debug, Args)]
struct ImportArguments {
    #[command(flatten)]
    common: Common,
    /// The document
    file: PathBuf,
    /// Make the database equal to the document, instead of inserting and updating only
    #[arg(long)]
    replace: bool,
    /// With --replace: throw open billing operations away, also with a live Stripe key
    #[arg(long, requires = "replace")]
    discard_billing: bool,
}

#[derive(Debug, Args)]
struct ExportArguments {
    #[command(flatten)]
    common: Common,
    /// Where to (mode 0600); without it standard output
    file: Option<PathBuf>,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Telemetry(#[from] crate::telemetry::TelemetryError),
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Import(#[from] import::ImportError),
    #[error(transparent)]
    Export(#[from] export::ExportError),
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    #[error(transparent)]
    Transfer(#[from] crate::transfer::TransferError),
    #[error(transparent)]
    Audit(#[from] audit::Error),
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    #[error(transparent)]
    Outbox(#[from] outbox::Error),
    #[error(transparent)]
    Pause(#[from] pause::Error),
    #[error(transparent)]
    Erasing(#[from] erasure::Error),
    #[error(transparent)]
    Erasure(#[from] crate::erasure::ErasureError),
    #[error(transparent)]
    Policy(#[from] policy::Error),
    #[error(transparent)]
    Decisions(#[from] decisions::Error),
    #[error(transparent)]
    Rollback(#[from] policy::RollbackError),
    #[error("no billing provider is configured: set `TURNPIKE_STRIPE_SECRET_KEY`")]
    NoBilling,
    #[error("cannot read `{}`: {source}", file.display())]
    Read { file: PathBuf, source: io::Error },
    #[error("cannot write the answer: {0}")]
    Write(#[from] io::Error),
    #[error("cannot write the document: {0}")]
    Document(#[from] serde_json::Error),
}

/// Runs the process's command line.
pub async fn main() -> ExitCode {
    let command = Cli::command().mut_subcommand("serve", |serve| serve.after_long_help(settings_help()));
    let cli = match command.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        // Help, version and usage errors, each with its exit code.
        Err(error) => error.exit(),
    };
    // There, 1 says that something differs.
    let tells_differences = matches!(
        &cli.command,
        Command::Reconcile(_)
            | Command::Audit(audit::Arguments { command: Some(audit::Command::Verify(_)), .. })
            | Command::Catalog(catalog::Command::Plan(_))
            | Command::Policy(
                PolicyCommand::Module(policy::Command::Check(_)) | PolicyCommand::Replay(_) | PolicyCommand::Diff(_)
            )
    );
    let failed = if tells_differences { 2 } else { 1 };
    match run(cli.command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", sentence(&error));
            let is_config = matches!(error, CommandError::Config(_) | CommandError::App(AppError::Config(_)));
            ExitCode::from(if is_config { 2 } else { failed })
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, CommandError> {
    let done = match command {
        Command::Serve(arguments) => serve::run(&arguments).await,
        Command::Migrate(common) => migrate::run(&common).await,
        Command::Import(arguments) => {
            let config = arguments.common.load(Vec::new())?;
            let file = arguments.file;
            let bytes = std::fs::read(&file).map_err(|source| CommandError::Read { file, source })?;
            let how = if arguments.replace {
                LoadMode::Replace { discard_billing: arguments.discard_billing }
            } else {
                LoadMode::Merge
            };
            let store = open_store(&config).await?;
            store.migrate().await?;
            let report = import::run_import(&store, &bytes, how, config.stripe.secret_key.as_ref()).await;
            store.close().await;
            eprintln!("{}", report?);
            Ok(())
        }
        Command::Export(arguments) => {
            let config = arguments.common.load(Vec::new())?;
            let store = open_store(&config).await?;
            store.ready().await?;
            match arguments.file {
                Some(file) => export::run_export(&store, &file).await?,
                None => write_all(&export::export_text(&store).await?)?,
            }
            store.close().await;
            Ok(())
        }
        Command::Audit(arguments) => return audit::run(&arguments).await,
        Command::Catalog(command) => return catalog::run(&command).await,
        Command::Ledger(command) => ledger::run(&command).await,
        Command::Outbox(command) => outbox::run(&command).await,
        Command::Person(command) => return erasure::run_person(&command).await,
        Command::Mandate(command) => return erasure::run_mandate(&command).await,
        Command::Pause(arguments) => pause::pause(&arguments).await,
        Command::Resume(arguments) => pause::resume(&arguments).await,
        Command::Policy(PolicyCommand::Module(command)) => return policy::run(&command).await,
        Command::Policy(PolicyCommand::Log(arguments)) => decisions::log::run(&arguments).await,
        Command::Policy(PolicyCommand::Replay(arguments)) => return decisions::replay::run(&arguments).await,
        Command::Policy(PolicyCommand::Diff(arguments)) => return decisions::diff::run(&arguments).await,
        Command::Doctor(arguments) => return doctor::run(&arguments).await,
        Command::Reconcile(arguments) => return reconcile::run(arguments).await,
        Command::Openapi => openapi::run(),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// Tells people: writes to standard output, with a line end. Whoever reads no further, as `head` does, has read enough.
fn print(text: &str) -> Result<(), CommandError> {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    read_far_enough(write_out(&format!("{text}{end}")))?;
    Ok(())
}

/// Writes these very bytes to standard output, all of them.
fn write_all(text: &str) -> Result<(), CommandError> {
    Ok(write_out(text)?)
}

fn write_out(text: &str) -> io::Result<()> {
    use io::Write as _;
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// A pipe that is closed at its other end is no failure.
fn read_far_enough(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// An error with its causes, as far as they say something new.
fn sentence(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let more = deeper.to_string();
        // A cause may be there already with its line ends made spaces.
        if !text.contains(&more) && !text.contains(&more.replace(char::is_control, " ")) {
            text = format!("{text}: {more}");
        }
        cause = deeper.source();
    }
    text
}

/// Every setting by its two names.
fn settings_help() -> String {
    let lines = SETTINGS.iter().copied().flatten().map(|setting| format!("  {:<34} {}", setting.variable, setting.key));
    let lines: Vec<String> = lines.collect();
    format!("Settings, as a variable and as a key of the TOML file:\n{}", lines.join("\n"))
}
