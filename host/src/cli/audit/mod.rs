//! `turnpike audit`: what changed, by whom and from where, and whether the trail is whole.

mod difference;
mod json;
mod list;
mod show;
mod verify;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::CommandError;
use crate::audit::verify::VerifyError;

/// Everything that changed is on the trail: who, from where, before, after. Without a subcommand entries are listed, the newest first.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    list: list::Arguments,
}

/// Subcommands of `turnpike audit`.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// Show one entry, with what was before and what is after
    #[command(after_help = "Example:\n  turnpike audit show 4711")]
    Show(show::Arguments),
    /// Find out whether an entry is missing, changed, added or moved; what waits is sealed first
    #[command(after_help = "Exit codes: 0 the trail is whole, 1 it has a gap, 2 it could not be found out.\n\n\
        The newest number and hash are printed. Kept outside of the database and given to a later call, they also show a trail \
        that was cut at its end or written anew.\n\nExamples:\n  turnpike audit verify\n  \
        turnpike audit verify --anchor 4711:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    Verify(verify::Arguments),
}

/// Why nothing was shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// No such entry.
    #[error("no entry has the number {number}: the trail has {first} to {newest}, and {unsealed} wait for a number")]
    Unknown {
        /// As asked.
        number: i64,
        /// The first that is kept.
        first: i64,
        /// The newest.
        newest: i64,
        /// Without a number yet.
        unsealed: i64,
    },
    /// It could not be found out.
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

/// Runs the command.
///
/// # Errors
/// [`CommandError`].
pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    match &arguments.command {
        None => list::run(&arguments.list).await.map(|()| ExitCode::SUCCESS),
        Some(Command::Show(arguments)) => show::run(arguments).await.map(|()| ExitCode::SUCCESS),
        Some(Command::Verify(arguments)) => verify::run(arguments).await,
    }
}
